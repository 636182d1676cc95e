import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useKeys } from '../keyboard/keys.ts';
import { Link } from '../routing/link.tsx';
import { type ParameterChanges, parameter, setParameters } from '../routing/location.ts';
import './table.css';
import { sortRows } from './sort-rows.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: ComponentChildren;
  /** What the title does not say. */
  readonly hint?: string;
  /** Figures stand at the end, so that their digits line up. */
  readonly align?: 'end';
  /** A width in CSS. Columns without one share the rest. */
  readonly width?: string;
  /** From which width of the table it is shown: `medium` 560, `wide` 1,000 pixels. */
  readonly from?: 'medium' | 'wide';
  readonly cell: (row: Row) => ComponentChildren;
  /** Makes the column sortable. */
  readonly sortBy?: (row: Row) => number | string;
}

interface TableProps<Row> {
  /** What it lists, for those who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Where a row leads. The first cell becomes the link, and the whole row answers to a click. */
  readonly linkOf?:
    | ((row: Row) => {
        readonly to: string;
        readonly parameters?: ParameterChanges;
        /** Whether it is what is shown beside the table. */
        readonly current?: boolean;
      })
    | undefined;
  /** The parameter of the URL that holds the order: `p95`, or `-p95` for the largest first. */
  readonly sortParameter?: string;
  /** The order without that parameter. */
  readonly sort?: string;
  /** Whether `j` and `k` walk through this table; one on a screen. */
  readonly walk?: boolean;
  /** Shown in place of rows. */
  readonly empty?: ComponentChildren;
  readonly toneOf?: (row: Row) => 'alarm' | 'warn' | undefined;
}

/** Rows under titles. Sorted by a click on a title, walked through with `j` and `k`, entered with Enter. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { columns, rows, sortParameter } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const sort = (sortParameter === undefined ? undefined : parameter(sortParameter)) ?? props.sort;
  const [sortKey, descending] = sort?.startsWith('-') ? [sort.slice(1), true] : [sort, false];
  const sortBy = columns.find(({ key }) => key === sortKey)?.sortBy;
  const shown = columns.map((column) => visibility(columns, column));
  const sorted = sortBy === undefined ? rows : sortRows(rows, sortBy, descending);

  useKeys(
    props.walk && rows.length > 0
      ? [
          { keys: 'j', does: 'Next row', group: 'This screen', run: () => step(body.current, 1) },
          { keys: 'k', does: 'Previous row', group: 'This screen', run: () => step(body.current, -1) },
        ]
      : [],
  );

  const order = (column: Column<Row>): void => {
    if (sortParameter === undefined) return;
    const isNumber = rows.length > 0 && typeof column.sortBy?.(rows[0]!) === 'number';
    const next =
      column.key !== sortKey
        ? isNumber
          ? `-${column.key}`
          : column.key
        : `${descending ? '' : '-'}${sortKey}`;
    setParameters({ [sortParameter]: next === props.sort ? undefined : next }, { replace: true });
  };

  return (
    <div class="table-frame">
      <table class="table" aria-label={props.label}>
        <colgroup>
          {columns.map(({ key, width }, index) => (
            <col key={key} class={shown[index]} style={width === undefined ? undefined : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th
                key={column.key}
                scope="col"
                title={column.hint}
                class={`${column.align === 'end' ? 'at-end' : ''} ${shown[index]}`}
                aria-sort={column.key !== sortKey ? undefined : descending ? 'descending' : 'ascending'}
              >
                {column.sortBy !== undefined && sortParameter !== undefined ? (
                  <button type="button" onClick={() => order(column)}>
                    {column.title}
                    {column.key === sortKey && <span aria-hidden="true">{descending ? ' ↓' : ' ↑'}</span>}
                  </button>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {sorted.map((row) => {
            const link = props.linkOf?.(row);
            return (
              <tr
                key={props.keyOf(row)}
                class={`${link === undefined ? '' : 'row-linked'} ${props.toneOf?.(row) ?? ''}`}
              >
                {columns.map((column, index) => (
                  <td
                    key={column.key}
                    class={`${column.align === 'end' ? 'at-end figure' : ''} ${shown[index]}`}
                  >
                    {index === 0 && link !== undefined ? (
                      <Link {...link} class="row-link">
                        {column.cell(row)}
                      </Link>
                    ) : (
                      column.cell(row)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && props.empty}
    </div>
  );
}

/** From which width on a column is there, and below which width it is the last one. */
function visibility<Row>(columns: readonly Column<Row>[], { key, from }: Column<Row>): string {
  const after = columns.slice(columns.findIndex((column) => column.key === key) + 1);
  const last =
    after.length === 0 || after.some((column) => column.from === undefined)
      ? ''
      : after.every((column) => column.from === 'wide')
        ? 'last-below-wide'
        : 'last-below-medium';
  return `${from === undefined ? '' : `from-${from}`} ${last}`;
}

/** Moves the focus to the link of another row. */
function step(body: HTMLElement | null, by: 1 | -1): void {
  const links = [...(body?.querySelectorAll<HTMLElement>('.row-link') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[Math.min(links.length - 1, Math.max(0, next))]?.focus();
}
