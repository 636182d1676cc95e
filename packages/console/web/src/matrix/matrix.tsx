import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Health, Red } from '../api/console-api.ts';
import { boxWidth } from '../graph/box-width.ts';
import { walkingKeys } from '../graph/walk-graph.ts';
import { HealthMark, HealthShape, toneOf } from '../parts/health-mark.tsx';
import { Link } from '../routing/link.tsx';
import type { ParameterChanges } from '../routing/location.ts';
import { type Figure, figureOf, shortTextOf, spokenFigures, tells, textOf } from './figures.ts';
import { heatOf } from './heat.ts';
import { type Place, walkFrom } from './matrix-walk.ts';
import './matrix.css';

/** Who calls, or is called. */
export interface MatrixEnd {
  readonly key: string;
  readonly name: string;
  readonly health?: Health | undefined;
  /** Where its name leads; nowhere without. */
  readonly to?: string | undefined;
}

/** The calls of one end by another. */
export interface MatrixCell {
  /** Keys of the ends. */
  readonly from: string;
  readonly to: string;
  readonly red: Red;
  readonly health: Health;
  readonly isMessage?: boolean;
  readonly link: { readonly to: string; readonly parameters?: ParameterChanges };
}

interface MatrixProps {
  readonly label: string;
  readonly callers: readonly MatrixEnd[];
  readonly callees: readonly MatrixEnd[];
  readonly cells: readonly MatrixCell[];
  readonly figure: Figure;
  /** Said while no cell is pointed at. */
  readonly hint: string;
}

type Room = 'wide' | 'dense' | 'tight';

/** From so many columns on there is room for one figure in a cell, and names of columns stand upright; then for two digits of it. */
const denseFrom = 10;
const tightFrom = 18;

function roomFor(columns: number): Room {
  return columns >= tightFrom ? 'tight' : columns >= denseFrom ? 'dense' : 'wide';
}

/**
 * Who calls whom: callers below one another, callees beside one another, and where they meet what comes of it. The larger a figure,
 * the darker its cell; what is unwell has a colour and a mark. Arrow keys walk from cell to cell.
 */
export function Matrix({ label, callers, callees, cells, figure, hint }: MatrixProps): JSX.Element {
  const body = useRef<HTMLTableSectionElement>(null);
  const [pointed, setPointed] = useState<string | undefined>();
  const [focused, setFocused] = useState<string | undefined>();
  const placed = place(cells, callers, callees);
  const byKey = new Map(placed.map((cell) => [cell.key, cell]));
  const heat = heatOf(placed.map(({ red }) => figureOf(red, figure)));
  const room = roomFor(callees.length);
  const seen = byKey.get(pointed ?? focused ?? '');
  const entry = byKey.has(focused ?? '') ? focused : placed[0]?.key;

  const walk = (event: KeyboardEvent): void => {
    const direction = walkingKeys[event.key];
    const at = byKey.get(cellUnder(event) ?? '');
    if (direction === undefined || at === undefined) return;
    event.preventDefault();
    const next = walkFrom(placed, at, direction);
    if (next === undefined) return;
    body.current?.rows[next.row]?.cells[next.column + 1]?.querySelector('a')?.focus();
  };

  return (
    <div
      class={`matrix ${room === 'wide' ? '' : 'matrix-dense'} ${room === 'tight' ? 'matrix-tight' : ''}`}
      style={measures(callers, callees)}
    >
      <p class="matrix-readout figure" aria-hidden="true">
        {seen === undefined ? (
          <span class="quiet">{hint}</span>
        ) : (
          <>
            <b>
              {callers[seen.row]!.name} → {callees[seen.column]!.name}
            </b>
            <span class={toneOf(seen.health) ?? 'quiet'}>{spokenFigures(seen.red)}</span>
          </>
        )}
      </p>
      <div class="matrix-frame">
        <table aria-label={label}>
          <thead>
            <tr>
              <td class="matrix-corner" />
              {callees.map((end, column) => (
                <th key={end.key} scope="col" class={seen?.column === column ? 'matrix-seen' : ''}>
                  <End end={end} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody
            ref={body}
            onKeyDown={walk}
            onPointerOver={(event) => setPointed(cellUnder(event))}
            onPointerLeave={() => setPointed(undefined)}
            onFocusIn={(event) => setFocused(cellUnder(event))}
          >
            {callers.map((caller, row) => (
              <tr key={caller.key}>
                <th scope="row" class={seen?.row === row ? 'matrix-seen' : ''}>
                  <End end={caller} />
                </th>
                {callees.map((callee) => {
                  const cell = byKey.get(cellKey({ from: caller.key, to: callee.key }));
                  if (cell === undefined) {
                    return <td key={callee.key} class={caller.key === callee.key ? 'matrix-self' : ''} />;
                  }
                  const tone = toneOf(cell.health);
                  return (
                    <td
                      key={callee.key}
                      data-cell={cell.key}
                      class={`matrix-full ${tone === undefined ? '' : `matrix-${tone}`}`}
                      style={{ '--heat': heat(figureOf(cell.red, figure)).toFixed(2) }}
                    >
                      <Link
                        {...cell.link}
                        class={`matrix-cell ${cell.isMessage ? 'matrix-message' : ''}`}
                        tabIndex={cell.key === entry ? 0 : -1}
                      >
                        <span class="spoken">
                          {caller.name} {cell.isMessage ? 'sends to' : 'calls'} {callee.name}:{' '}
                          {spokenFigures(cell.red)}, {cell.health}
                        </span>
                        <CellText cell={cell} figure={figure} room={room} />
                      </Link>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Columns are as wide as their names, within bounds: none is cut where there is room. */
function measures(callers: readonly MatrixEnd[], callees: readonly MatrixEnd[]): Record<string, string> {
  const namesOf = (ends: readonly MatrixEnd[]): string[] => ends.map(({ name }) => name);
  return {
    '--cell-wide': `${boxWidth(namesOf(callees), { min: 92, max: callees.length > 5 ? 120 : 220 })}px`,
    '--head-wide': `${boxWidth(namesOf(callers), { min: 120, max: 240 })}px`,
  };
}

function End({ end: { name, health, to } }: { readonly end: MatrixEnd }): JSX.Element {
  return (
    <span class="matrix-end" title={name}>
      {health !== undefined && toneOf(health) !== undefined && <HealthMark health={health} size={10} />}
      {to === undefined ? (
        <span class="cut">{name}</span>
      ) : (
        <Link to={to} class="cut">
          {name}
        </Link>
      )}
    </span>
  );
}

interface CellTextProps {
  readonly cell: MatrixCell;
  readonly figure: Figure;
  readonly room: Room;
}

/** The figure, and where there is room how many calls there are, or how long they take, and which share fails. */
function CellText({ cell: { red, health }, figure, room }: CellTextProps): JSX.Element {
  const tone = toneOf(health);
  const others = ([figure === 'rate' ? 'p95' : 'rate', 'errors'] as const).filter(
    (each) => each !== figure && (each !== 'errors' || red.errors > 0),
  );
  return (
    <>
      {tone !== undefined && (
        <svg class="matrix-mark" width="8" height="8" viewBox="0 0 12 12" aria-hidden="true">
          <HealthShape health={health} />
        </svg>
      )}
      <span class={`matrix-figure figure ${tells(figure, health, red) ? tone : ''}`} aria-hidden="true">
        {room === 'wide' ? textOf(red, figure) : shortTextOf(red, figure, room === 'tight' ? 2 : 3)}
      </span>
      {room === 'wide' && (
        <span class="matrix-rest figure" aria-hidden="true">
          {others.map((each) => (
            <span key={each} class={tells(each, health, red) ? tone : ''}>
              {textOf(red, each)}
            </span>
          ))}
        </span>
      )}
    </>
  );
}

interface PlacedCell extends MatrixCell, Place {
  readonly key: string;
}

/** Cells with where they stand, row by row. */
function place(
  cells: readonly MatrixCell[],
  callers: readonly MatrixEnd[],
  callees: readonly MatrixEnd[],
): readonly PlacedCell[] {
  const rows = new Map(callers.map(({ key }, index) => [key, index]));
  const columns = new Map(callees.map(({ key }, index) => [key, index]));
  return cells
    .flatMap((cell): PlacedCell[] => {
      const [row, column] = [rows.get(cell.from), columns.get(cell.to)];
      return row === undefined || column === undefined ? [] : [{ ...cell, row, column, key: cellKey(cell) }];
    })
    .sort((one, other) => one.row - other.row || one.column - other.column);
}

function cellKey({ from, to }: Pick<MatrixCell, 'from' | 'to'>): string {
  return JSON.stringify([from, to]);
}

function cellUnder({ target }: Event): string | undefined {
  return (target as Element).closest<HTMLElement>('[data-cell]')?.dataset['cell'];
}
