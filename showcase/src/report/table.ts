import { type Variant, variants } from '../stack/stack.ts';
import { strikesService } from '../storm/fault.ts';
import type { ConsoleSight, EpisodeSight } from './console-watch.ts';
import type { Recovery } from './recovery.ts';
import type { Run } from './run.ts';
import type { StormReport } from './storm-report.ts';

/** The report as a table for people: a column for each stack. */
export function renderReport({
  runs,
  storm,
  seed,
  durationSeconds,
  ordersPerSecond,
  verdict,
}: StormReport): string {
  const columns = variants.map((variant) => runs[variant]).filter((run): run is Run => run !== undefined);
  const row = (label: string, cell: (run: Run) => string): string[] => [label, ...columns.map(cell)];
  const rows = [
    ['', ...columns.map(({ variant }) => heading[variant])],
    row('accepted orders per second', ({ goodput }) => goodput.toFixed(1)),
    row('  but for the leader’s fall', ({ goodputCompared }) => goodputCompared.toFixed(1)),
    row('p50 of accepted', ({ p50 }) => millis(p50)),
    row('p99 of accepted', ({ p99 }) => millis(p99)),
    row('presses that failed', ({ errors, presses }) => percent(errors, presses)),
    row('customers lost', ({ customersLost }) => whole(customersLost)),
    row('attempts per request', ({ attemptsPerRequest }) => attemptsPerRequest.toFixed(3)),
    row('shed early', ({ shed }) => whole(shed)),
    row('degraded answers', ({ degraded }) => whole(degraded)),
    [],
    row('accepted during, back to 95 % after', () => ''),
    ...storm.map(({ name }, index) => row(`  ${name}`, (run) => recovery(run.recoveries[index]))),
    row('without a leader, no order for', ({ recoveries }) => failover(storm, recoveries)),
    [],
    row('orders accepted', ({ orders }) => whole(orders.accepted)),
    row('lost', ({ orders }) => whole(orders.lost)),
    row('charged twice', ({ orders }) => whole(orders.chargedTwice)),
    row('shipped twice', ({ orders }) => whole(orders.shippedTwice)),
    row('charged for nothing', ({ orders }) => whole(orders.chargedForNothing)),
    row('refunded twice', ({ orders }) => whole(orders.refundedTwice)),
    [],
    row('sagas committed', ({ sagas }) => wholeOrNone(sagas?.committed)),
    row('rolled back', ({ sagas }) => wholeOrNone(sagas?.rolledBack)),
    row('resumed after a crash', ({ sagas }) => wholeOrNone(sagas?.resumed)),
    row('stuck', ({ sagas }) => wholeOrNone(sagas?.stuck)),
    [],
    row('memory of a process, mean', ({ cost }) => megabytes(cost.memoryMean)),
    row('  of the largest', ({ cost }) => megabytes(cost.memoryLargest)),
    row('  of the console', ({ cost }) => megabytes(cost.consoleMemoryLargest)),
    row('CPU for 1,000 orders', ({ cost }) => seconds(cost.cpuPerThousandOrders)),
    row('  of the console', ({ cost }) => seconds(cost.consoleCpuPerThousandOrders)),
    row('sent to the console for a request', ({ cost }) => `${whole(Math.round(cost.bytesPerRequest))} B`),
    ...(columns.some(({ seen }) => seen !== null) ? sightRows(columns, storm) : []),
  ];
  const title = `The same storm (seed ${seed}, ${durationSeconds} s, ${ordersPerSecond} orders/s) over each stack`;
  const result =
    verdict.failures.length === 0 ? [] : ['', ...verdict.failures.map((failure) => `! ${failure}`)];
  return [title, '', ...align(rows), ...result].join('\n');
}

/** What the console saw: whom it named first in each episode, and whether that was the one who was hit. */
function sightRows(columns: readonly Run[], storm: StormReport['storm']): string[][] {
  const row = (label: string, cell: (seen: ConsoleSight) => string): string[] => [
    label,
    ...columns.map(({ seen }) => (seen === null ? '–' : cell(seen))),
  ];
  return [
    [],
    row('the console saw: services', ({ services }) => whole(services)),
    row('spans', ({ spans }) => whole(spans)),
    ...storm.map(({ name }, index) =>
      row(`  blamed: ${name}`, ({ episodes }) => blame(episodes[index] ?? null)),
    ),
    row('  right', ({ episodes }) => rightOf(episodes)),
    row('    of those that lasted a second', ({ episodes }) =>
      rightOf(episodes.filter((sight) => sight !== null && sight.lasted >= 1_000)),
    ),
  ];
}

function blame(sight: EpisodeSight | null): string {
  if (sight === null) return '–';
  const { named, injected, noticedAfter } = sight;
  if (named === null) return 'nobody';
  const after = noticedAfter === null ? '' : `  ${(noticedAfter / 1_000).toFixed(1)} s`;
  return `${named === injected ? '' : 'wrong: '}${named}${after}`;
}

function rightOf(episodes: readonly (EpisodeSight | null)[]): string {
  const met = episodes.filter((sight) => sight !== null);
  return `${met.filter(({ named, injected }) => named === injected).length} of ${met.length}`;
}

const heading: Readonly<Record<Variant, string>> = { bare: 'bare', today: 'today', holdfast: 'Holdfast' };

function recovery(found: Recovery | null | undefined): string {
  if (found === null || found === undefined) return '–';
  const seconds = (found.millis / 1_000).toFixed(1);
  return `${percent(found.acceptedDuring, 1, 0)}  ${found.recovered ? `${seconds} s` : `> ${seconds} s`}`;
}

/** How long no order was accepted after the member that led had been killed. */
function failover(storm: StormReport['storm'], recoveries: Run['recoveries']): string {
  const found = recoveries[storm.findIndex(({ faults }) => !faults.every(strikesService))];
  return seconds(found === null || found === undefined ? null : found.longestPause / 1_000);
}

function seconds(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} s`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? '–' : `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

function millis(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(0)} ms`;
}

function percent(part: number, total: number, digits = 1): string {
  return total === 0 ? '–' : `${((100 * part) / total).toFixed(digits)} %`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function wholeOrNone(value: number | undefined): string {
  return value === undefined ? '–' : whole(value);
}

/** Labels to the left, numbers to the right. */
function align(rows: readonly string[][]): string[] {
  const columns = Math.max(...rows.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((cells) => cells[at]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]! + 3)))
      .join('')
      .trimEnd(),
  );
}
