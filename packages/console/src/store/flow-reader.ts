import type { DuckDBConnection } from '@duckdb/node-api';
import { FlowTotals, nobody } from '../live/flow-totals.ts';
import { bucketSql } from '../live/latency-buckets.ts';
import { readChunks } from './column-reader.ts';
import { moment, nanoseconds, traceReach } from './trace-search.ts';

export interface FlowWindow {
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of a step. */
  readonly step: number;
}

/** Totals for each step of a window, by the step's number. */
export type FlowSteps = Map<number, FlowTotals>;

/** What live views keep, read from the store. */
export async function readFlow(
  connection: DuckDBConnection,
  window: FlowWindow,
  signal?: AbortSignal,
): Promise<FlowSteps> {
  const steps: FlowSteps = new Map();
  await readOperations(connection, window, steps, signal);
  await readCalls(connection, window, steps, signal);
  return steps;
}

/** Adds the totals of spans by their shape. */
export async function readOperations(
  connection: DuckDBConnection,
  window: FlowWindow,
  steps: FlowSteps,
  signal?: AbortSignal,
): Promise<void> {
  for await (const chunk of readChunks(connection, shapesSql(window), [], signal)) {
    const [step, shape, bucket, count, errors, sum, max] = columns(chunk, 7);
    for (let row = 0; row < chunk.rows; row++) {
      totalsAt(steps, step![row]!)
        .shape(shape![row]!)
        .addBucket(bucket![row]!, count![row]!, errors![row]!, sum![row]!, max![row]!);
    }
  }
}

/** Adds the totals of entries by who called. */
export async function readCalls(
  connection: DuckDBConnection,
  window: FlowWindow,
  steps: FlowSteps,
  signal?: AbortSignal,
): Promise<void> {
  for await (const chunk of readChunks(connection, pairsSql(window), [], signal)) {
    const [step, caller, shape, bucket, count, errors, sum, max] = columns(chunk, 8);
    for (let row = 0; row < chunk.rows; row++) {
      totalsAt(steps, step![row]!)
        .pair(caller![row]!, shape![row]!)
        .addBucket(bucket![row]!, count![row]!, errors![row]!, sum![row]!, max![row]!);
    }
  }
}

function totalsAt(steps: FlowSteps, step: number): FlowTotals {
  let totals = steps.get(step);
  if (totals === undefined) {
    totals = new FlowTotals();
    steps.set(step, totals);
  }
  return totals;
}

function columns(chunk: { doubles(column: number): Float64Array }, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, column) => chunk.doubles(column));
}

const totals = (span: string): string =>
  `count(*)::DOUBLE, (count(*) FILTER (${span}.status = 2))::DOUBLE, sum(${span}.duration / 1e3)::DOUBLE, max(${span}.duration / 1e3)::DOUBLE`;

const step = (span: string, { from, step }: FlowWindow): string =>
  `((epoch_ns(${span}.start) - ${nanoseconds(from)}) // ${nanoseconds(step)})::DOUBLE`;

const within = (span: string, { from, to }: FlowWindow): string =>
  `${span}.start >= ${moment(from)} AND ${span}.start < ${moment(to)}`;

function shapesSql(window: FlowWindow): string {
  return `
    SELECT ${step('s', window)} AS step, s.shape::DOUBLE AS shape, (${bucketSql('(s.duration // 1000)')})::DOUBLE AS bucket, ${totals('s')}
    FROM span_rows AS s WHERE ${within('s', window)} GROUP BY 1, 2, 3`;
}

/** An entry has no parent, or one of another service; or it is a server's and its parent a client's. */
function pairsSql(window: FlowWindow): string {
  const columns = (caller: string): string =>
    `${step('s', window)}, ${caller}::DOUBLE, s.shape::DOUBLE, (${bucketSql('(s.duration // 1000)')})::DOUBLE, ${totals('s')}`;
  const { from, to } = window;
  return `
    WITH entering AS (SELECT s.id, r.service FROM shapes AS s JOIN resources AS r ON r.id = s.resource WHERE s.kind IN (0, 2, 5)),
      calling AS (SELECT s.id, r.service, s.kind IN (3, 4) AS calls FROM shapes AS s JOIN resources AS r ON r.id = s.resource)
    SELECT ${columns(`${nobody}`)} FROM span_rows AS s WHERE s.parent = 0 AND ${within('s', window)} GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT ${columns('p.shape')}
    FROM span_rows AS s JOIN entering AS e ON e.id = s.shape
      JOIN (SELECT trace_high, trace_low, span, shape FROM span_rows
        WHERE start >= ${moment(from - traceReach)} AND start < ${moment(to + traceReach)}) AS p
        ON p.trace_low = s.trace_low AND p.span = s.parent AND p.trace_high = s.trace_high
      JOIN calling AS c ON c.id = p.shape
    WHERE s.parent <> 0 AND ${within('s', window)} AND (c.service <> e.service OR c.calls)
    GROUP BY 1, 2, 3, 4`;
}
