import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { QueryAnswer } from '../../api/console-api.ts';
import { addressOf } from '../../api/request.ts';
import { views } from '../../api/views.ts';
import { Panel } from '../../parts/panel.tsx';
import { labelOf, range } from '../../time/range.ts';
import { examples } from './examples.ts';
import { useQuery } from './use-query.ts';

const schemaSql = `SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_name IN (${views.map((view) => `'${view}'`).join(', ')}) ORDER BY ordinal_position`;

interface SchemaPanelProps {
  /** Puts a name into the statement, at the place of the caret. */
  readonly onInsert: (name: string) => void;
  readonly onExample: (sql: string) => void;
}

/** What there is to ask for: tables with their columns, each table as a file, and statements to begin with. */
export function SchemaPanel({ onInsert, onExample }: SchemaPanelProps): JSX.Element {
  const { answer } = useQuery(schemaSql);
  const columns = useMemo(() => columnsByView(answer), [answer]);
  const { from, to } = range.value;
  return (
    <div class="sql-aside">
      <Panel title="Examples">
        <ul class="sql-examples">
          {examples.map(({ title, sql }) => (
            <li key={title}>
              <button type="button" class="link" onClick={() => onExample(sql)}>
                {title}
              </button>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Tables" note={`Parquet: ${labelOf(range.value)}`}>
        {views.map((view) => (
          <div key={view} class="sql-view">
            <details open={view === 'spans'}>
              <summary class="mono">{view}</summary>
              <ul>
                {(columns.get(view) ?? []).map(({ name, type }) => (
                  <li key={name}>
                    <button type="button" class="mono" onClick={() => onInsert(name)}>
                      {name}
                    </button>
                    <span class="sql-type">{type.toLowerCase()}</span>
                  </li>
                ))}
              </ul>
            </details>
            <a
              class="link"
              href={addressOf(`/export/${view}.parquet`, { from, to })}
              download={`${view}.parquet`}
              title={`The ${view} of this window, as Parquet`}
            >
              Parquet<span class="spoken"> of {view}</span>
            </a>
          </div>
        ))}
      </Panel>
    </div>
  );
}

function columnsByView(
  answer: QueryAnswer | undefined,
): ReadonlyMap<string, readonly { readonly name: string; readonly type: string }[]> {
  const found = new Map<string, { name: string; type: string }[]>();
  for (const [view, name, type] of answer?.rows ?? []) {
    const list = found.get(String(view)) ?? [];
    list.push({ name: String(name), type: String(type) });
    found.set(String(view), list);
  }
  return found;
}
