import type { Scenario } from '../scenario/scenario.ts';
import { drawnKinds } from '../search/drawn-kinds.ts';
import type { Coverage, CoverageCell } from './coverage.ts';

/** Which faults struck whom, and which never did what they ought to. Plain data. */
export interface CoverageReport {
  readonly kinds: readonly string[];
  /** Roles and their phases, in the order in which the scenario expects them; others after those. */
  readonly places: readonly CoveragePlace[];
  readonly cells: readonly CoverageCell[];
  /** Cells that no fault ever struck. */
  readonly empty: readonly EmptyCell[];
  /** Roles and phases that nobody was ever in when any fault struck, of those expected. */
  readonly neverReached: readonly CoveragePlace[];
  /** A table, and the empty cells. */
  readonly text: string;
}

export interface CoveragePlace {
  readonly role: string;
  readonly phase: string;
}

export interface EmptyCell extends CoveragePlace {
  readonly kind: string;
}

/**
 * Reads `coverage` against what `scenario` expects. Without an expectation, the cells are those of the kinds and places
 * that were seen at all.
 */
export function coverageReport(
  coverage: Coverage,
  scenario: Pick<Scenario, 'expectedCoverage' | 'faults'> = {},
): CoverageReport {
  const { expectedCoverage: expected } = scenario;
  const { cells } = coverage;
  const expectedKinds = expected && (expected.kinds ?? drawnKinds(scenario.faults));
  const expectedPlaces = Object.entries(expected?.roles ?? {}).flatMap(([role, phases]) =>
    phases.map((phase) => ({ role, phase })),
  );
  const counts = new Map(cells.map((cell) => [keyOf(cell.kind, cell), cell.count]));
  const kinds = [...new Set([...(expectedKinds ?? []), ...cells.map(({ kind }) => kind)])];
  const places = distinct([...expectedPlaces, ...cells]);
  const empty: EmptyCell[] = [];
  // Nothing strikes a host that is down but what strikes its surroundings: no gap, unless somebody expects it.
  for (const place of expected ? expectedPlaces : places.filter(({ role }) => role !== 'down')) {
    for (const kind of expectedKinds ?? kinds) {
      if (!counts.has(keyOf(kind, place))) empty.push({ kind, role: place.role, phase: place.phase });
    }
  }
  const neverReached = expectedPlaces.filter(
    (place) => !cells.some(({ role, phase }) => role === place.role && phase === place.phase),
  );
  const text = [
    table(kinds, places, counts),
    ...neverReached.map((place) => `never reached: ${nameOf(place)}`),
    ...emptyLines(empty, neverReached),
  ].join('\n');
  return { kinds, places, cells, empty, neverReached, text };
}

const lineWidth = 118;

/** One row for each place; as many kinds side by side as fit. */
function table(
  kinds: readonly string[],
  places: readonly CoveragePlace[],
  counts: ReadonlyMap<string, number>,
): string {
  if (places.length === 0) return 'no fault struck';
  const names = places.map(nameOf);
  const nameWidth = Math.max(...names.map(({ length }) => length));
  const columns = kinds.map((kind) => {
    const values = places.map((place) => String(counts.get(keyOf(kind, place)) ?? '-'));
    const width = Math.max(kind.length, ...values.map(({ length }) => length));
    return [kind, ...values].map((value) => value.padStart(width));
  });
  const blocks: string[] = [];
  let first = 0;
  while (first < columns.length) {
    const block: string[][] = [];
    let width = nameWidth;
    for (const column of columns.slice(first)) {
      width += column[0]!.length + 2;
      if (width > lineWidth && block.length > 0) break;
      block.push(column);
    }
    first += block.length;
    const rows = ['', ...names].map((name, row) =>
      [name.padEnd(nameWidth), ...block.map((column) => column[row])].join('  '),
    );
    blocks.push(rows.join('\n'));
  }
  return blocks.join('\n\n');
}

/** One line for each place with empty cells, but for places that were never reached at all. */
function emptyLines(empty: readonly EmptyCell[], neverReached: readonly CoveragePlace[]): readonly string[] {
  const kindsByPlace = new Map<string, string[]>();
  for (const cell of empty) {
    if (neverReached.some(({ role, phase }) => role === cell.role && phase === cell.phase)) continue;
    const name = nameOf(cell);
    const kinds = kindsByPlace.get(name);
    if (kinds === undefined) kindsByPlace.set(name, [cell.kind]);
    else kinds.push(cell.kind);
  }
  return [...kindsByPlace].map(([name, kinds]) => `empty: ${name}: ${kinds.join(', ')}`);
}

function distinct(places: readonly CoveragePlace[]): readonly CoveragePlace[] {
  const byName = new Map<string, CoveragePlace>();
  for (const { role, phase } of places) byName.set(nameOf({ role, phase }), { role, phase });
  return [...byName.values()];
}

function nameOf({ role, phase }: CoveragePlace): string {
  return phase === '' ? role : `${role}/${phase}`;
}

function keyOf(kind: string, place: CoveragePlace): string {
  return `${kind} ${nameOf(place)}`;
}
