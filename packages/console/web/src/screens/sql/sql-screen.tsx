import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/request.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { Button } from '../../parts/button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { errorPlace, offsetOf, wordAt } from './error-place.ts';
import { examples } from './examples.ts';
import { ResultTable } from './result-table.tsx';
import { SchemaPanel } from './schema-panel.tsx';
import './sql-screen.css';
import { type Queried, useQuery } from './use-query.ts';

/** One statement of SQL that reads, over all that is kept; it stands in the URL, and is run when the page is opened there. */
export function SqlScreen(): JSX.Element {
  const asked = parameter('sql');
  const [text, setText] = useState(asked ?? examples[0]!.sql);
  const [turn, setTurn] = useState(0);
  const editor = useRef<HTMLTextAreaElement>(null);
  const queried = useQuery(asked, turn);
  const place = asked === text ? errorPlace(queried.problem?.detail) : undefined;
  // Back and forward change what is asked.
  useEffect(() => {
    if (asked !== undefined) setText(asked);
  }, [asked]);
  const run = (sql: string): void => {
    setText(sql);
    if (sql.trim() === '') return;
    if (sql === asked) setTurn(turn + 1);
    else setParameters({ sql });
  };
  const insert = (name: string): void => {
    const { selectionStart, selectionEnd } = editor.current!;
    editor.current!.setRangeText(name, selectionStart, selectionEnd, 'end');
    setText(editor.current!.value);
    editor.current!.focus();
  };
  const showPlace = (): void => {
    if (place === undefined) return;
    editor.current!.focus();
    editor.current!.setSelectionRange(...wordAt(text, offsetOf(text, place)));
  };
  useKeys([
    { keys: 'e', does: 'Edit the statement', group: 'This screen', run: () => editor.current?.focus() },
  ]);

  return (
    <div class="screen sql-screen">
      <div class="sql-main">
        <section class="panel sql-editor" aria-label="Statement">
          <textarea
            ref={editor}
            aria-label="SQL"
            aria-invalid={place !== undefined}
            aria-describedby="sql-outcome"
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            maxLength={20_000}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              run(text);
            }}
          />
          <footer>
            <span class="quiet">Read-only, 10 seconds at most, up to {formatCount(10_000)} rows.</span>
            <span class="sql-run">
              <span class="from-medium">
                <kbd>Ctrl</kbd> <kbd>Enter</kbd>
              </span>
              <Button look="strong" disabled={text.trim() === ''} onClick={() => run(text)}>
                Run
              </Button>
            </span>
          </footer>
        </section>
        <div id="sql-outcome" aria-live="polite">
          <Outcome queried={queried} onShowPlace={place === undefined ? undefined : showPlace} />
        </div>
      </div>
      <SchemaPanel onInsert={insert} onExample={run} />
    </div>
  );
}

interface OutcomeProps {
  readonly queried: Queried;
  /** Where the statement is wrong, as far as that is known. */
  readonly onShowPlace: (() => void) | undefined;
}

function Outcome({ queried: { answer, problem, loading }, onShowPlace }: OutcomeProps): JSX.Element {
  if (loading && answer === undefined) return <p class="quiet">Running</p>;
  if (problem !== undefined) {
    return (
      <section class="panel sql-problem" role="alert">
        <p>{complaintOf(problem)}</p>
        {onShowPlace !== undefined && <Button onClick={onShowPlace}>Show me</Button>}
      </section>
    );
  }
  if (answer === undefined) {
    return (
      <Empty icon="database" title="Query everything that is stored.">
        Run the statement above, or start from an example.
      </Empty>
    );
  }
  const { rows, truncated, took } = answer;
  const many = `${formatCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`;
  return (
    <Panel
      title="Result"
      note={`${truncated ? `the first ${many}; there are more` : many}, in ${formatDuration(took)}`}
      flush
    >
      {rows.length === 0 ? (
        <Empty icon="database" title="No rows." />
      ) : (
        <ResultTable key={`${took}`} answer={answer} />
      )}
    </Panel>
  );
}

/** Why a statement is refused, without saying that it is. */
function complaintOf({ title, detail = title }: Problem): string {
  const why = detail.replace(/^the query is refused: /, '');
  return why.charAt(0).toUpperCase() + why.slice(1);
}
