import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { QueryAnswer } from '../../api/console-api.ts';
import { formatCount } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Link } from '../../routing/link.tsx';
import { cellText, isNumeric } from './cell-text.ts';

/** So many rows are shown at first, and more with each press. */
const page = 200;

/** What a statement answered: each column with its type. Ids of traces, and services, lead to where they are shown. */
export function ResultTable({ answer }: { readonly answer: QueryAnswer }): JSX.Element {
  const { columns, types, rows } = answer;
  const [shown, setShown] = useState(page);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
      <section class="sql-result-frame" aria-label="Rows" tabIndex={0}>
        <table class="sql-result">
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={column} scope="col" class={isNumeric(types[index]!) ? 'at-end' : ''}>
                  {column} <span class="sql-type">{types[index]!.toLowerCase()}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={column} class={isNumeric(types[column]!) ? 'at-end figure' : ''}>
                    <Cell value={value} column={columns[column]!} type={types[column]!} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <div class="more">
          <Button onClick={() => setShown(shown + page)}>More, of {formatCount(rows.length)}</Button>
        </div>
      )}
    </>
  );
}

interface CellProps {
  readonly value: unknown;
  readonly column: string;
  readonly type: string;
}

function Cell({ value, column, type }: CellProps): JSX.Element {
  if (value === null) return <span class="quiet">null</span>;
  const text = cellText(value, type);
  if (column === 'trace_id' && /^[0-9a-f]{32}$/.test(text)) {
    return (
      <Link to={`/traces/${text}`} class="link mono">
        {text}
      </Link>
    );
  }
  if (column === 'service') {
    return (
      <Link to={`/services/${encodeURIComponent(text)}`} class="link">
        {text}
      </Link>
    );
  }
  return <span title={String(value)}>{text}</span>;
}
