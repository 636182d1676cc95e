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

const nanosInMicro = 1_000;

/** What is counted of the spans of a group; sums and the longest in nanoseconds. */
const counted = (span: string): string =>
  `count(*) AS n, count(*) FILTER (${span}.status = 2) AS failed, sum(${span}.duration) AS took, max(${span}.duration) AS longest`;

const bucket = (span: string): string => bucketSql(`(${span}.duration // ${nanosInMicro})`);

const step = (span: string, { from, step }: FlowWindow): string =>
  `(epoch_ns(${span}.start) - ${nanoseconds(from)}) // ${nanoseconds(step)}`;

const within = (span: string, { from, to }: FlowWindow): string =>
  `${span}.start >= ${moment(from)} AND ${span}.start < ${moment(to)}`;

/** Numbers as they are read, of groups that are made of small integers. */
const asNumbers = (keys: string, groups: string): string => `
  SELECT ${keys}, n::DOUBLE, failed::DOUBLE, took::DOUBLE / ${nanosInMicro}, longest::DOUBLE / ${nanosInMicro} FROM (${groups})`;

function shapesSql(window: FlowWindow): string {
  return asNumbers(
    'step::DOUBLE, shape::DOUBLE, bucket::DOUBLE',
    `SELECT ${step('s', window)} AS step, s.shape, ${bucket('s')} AS bucket, ${counted('s')}
     FROM span_rows AS s WHERE ${within('s', window)} GROUP BY ALL`,
  );
}

/** An entry has no parent, or one of another service; or it is a server's and its parent a client's. */
function pairsSql(window: FlowWindow): string {
  const { from, to } = window;
  const groups = (caller: string): string =>
    `SELECT ${step('s', window)} AS step, ${caller} AS caller, s.shape, ${bucket('s')} AS bucket, ${counted('s')}`;
  const services = 'SELECT s.id, r.service, s.kind FROM shapes AS s JOIN resources AS r ON r.id = s.resource';
  return `
    WITH entering AS (${services} WHERE s.kind IN (0, 2, 5)), calling AS (${services})
    ${asNumbers(
      'step::DOUBLE, caller::DOUBLE, shape::DOUBLE, bucket::DOUBLE',
      `${groups(`${nobody}`)} FROM span_rows AS s WHERE s.parent = 0 AND ${within('s', window)} GROUP BY ALL
       UNION ALL
       ${groups('p.shape')}
       FROM span_rows AS s JOIN entering AS e ON e.id = s.shape
         JOIN (SELECT trace_low, span, shape FROM span_rows
           WHERE start >= ${moment(from - traceReach)} AND start < ${moment(to + traceReach)}) AS p
           ON p.trace_low = s.trace_low AND p.span = s.parent
         JOIN calling AS c ON c.id = p.shape
       WHERE s.parent <> 0 AND ${within('s', window)} AND (c.service <> e.service OR c.kind IN (3, 4))
       GROUP BY ALL`,
    )}`;
}
