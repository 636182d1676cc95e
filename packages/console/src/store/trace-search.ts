import type { DuckDBConnection } from '@duckdb/node-api';
import { invalidArgument } from '@holdfast/core';
import { readChunks } from './column-reader.ts';
import type { ShapeBook, ShapeFilter } from './shape-book.ts';
import { halvesOf, hexOf, spanColumns, spansOf } from './span-reader.ts';
import type { StoredSpan } from './stored-span.ts';

/** Traces that began in a window, or were under way in it. One of their spans is of this service, process and operation, and has these attributes. */
export interface TraceSearch extends ShapeFilter {
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  /** That span is one of these calls. */
  readonly calls?: CallShapes | undefined;
  /** `error`: that span failed. `ok`: no span of the trace did. */
  readonly status?: 'ok' | 'error' | undefined;
  /** Milliseconds that the whole trace took. */
  readonly durationMin?: number | undefined;
  readonly durationMax?: number | undefined;
  readonly attributes?: readonly (readonly [key: string, value: string])[];
  /** Only traces that began before the window, instead of those that began in it. */
  readonly underWay?: boolean;
  /** Only traces that began before this one. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Calls of somebody, by the shapes of their spans. */
export interface CallShapes {
  /** Whose spans all are such calls. */
  readonly all: readonly number[];
  /** Whose spans are where one of the shapes `answers` is a child of them. */
  readonly some: readonly number[];
  readonly answers: readonly number[];
}

export interface FoundTrace {
  readonly traceId: string;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly root: number;
  readonly spans: number;
  readonly errors: number;
  readonly shapes: readonly number[];
  /** Where the next page goes on. */
  readonly cursor: string;
}

/** How far before and after its window a trace is read, in milliseconds: what reaches further is cut there. */
export const traceReach = 3_600_000;

/** The newest first. */
export async function searchTraces(
  connection: DuckDBConnection,
  book: ShapeBook,
  search: TraceSearch,
  signal?: AbortSignal,
): Promise<FoundTrace[]> {
  const { from, to, durationMin, durationMax, limit } = search;
  const conditions = [`start >= ${moment(from)}`, `start < ${moment(to)}`];
  const values: (string | number)[] = [];
  const spans =
    search.calls === undefined ? shapeCondition(book, search) : callCondition(search, search.calls);
  if (spans === 'none') return [];
  if (spans !== undefined) conditions.push(spans);
  if (search.status === 'error') conditions.push('status = 2');
  for (const [key, value] of search.attributes ?? []) {
    values.push(`$."${key.replaceAll('"', '\\"')}"`, value);
    conditions.push(
      `attributes IS NOT NULL AND json_extract_string(attributes, $${values.length - 1}) = $${values.length}`,
    );
  }
  const isWell = search.status === 'ok';
  const bounded = durationMin !== undefined || durationMax !== undefined || isWell;
  const before = search.before === undefined ? undefined : cursorNanoseconds(search.before);
  // Without a condition that only whole traces can be asked for, the first page needs no more than the newest.
  const enough = bounded || before !== undefined ? '' : `ORDER BY min(start) DESC LIMIT ${limit * 2}`;
  const begun = search.underWay
    ? `begun < ${nanoseconds(from)}`
    : `begun >= ${nanoseconds(from)} AND begun < ${before ?? nanoseconds(to)}`;
  const sql = `
    WITH found AS (
      SELECT trace_high, trace_low FROM span_rows WHERE ${conditions.join(' AND ')}
      GROUP BY ALL ${enough})
    SELECT trace_high, trace_low, epoch_ns(min(start)) AS begun,
      max(epoch_ns(start) + duration) - epoch_ns(min(start)) AS took,
      count(DISTINCT span)::UINTEGER, (count(*) FILTER (status = 2))::UINTEGER,
      arg_min(shape, CASE WHEN parent = 0 THEN epoch_ns(start) ELSE epoch_ns(start) + 86400000000000 END) AS root,
      string_agg(DISTINCT shape::VARCHAR, ',')
    FROM span_rows SEMI JOIN found USING (trace_high, trace_low)
    WHERE start >= ${moment(from - traceReach)} AND start < ${moment(to + traceReach)}
    GROUP BY trace_high, trace_low
    HAVING ${begun} ${isWell ? 'AND count(*) FILTER (status = 2) = 0' : ''}
      AND took >= ${nanoseconds(durationMin ?? 0)} ${durationMax === undefined ? '' : `AND took <= ${nanoseconds(durationMax)}`}
    ORDER BY begun DESC LIMIT ${limit}`;
  const traces: FoundTrace[] = [];
  for await (const chunk of readChunks(connection, sql, values, signal)) {
    const starts = chunk.bigints(2);
    const took = chunk.bigints(3);
    const [high, low] = [chunk.unsigned(0), chunk.unsigned(1)];
    const [spans, errors, roots] = [chunk.integers(4), chunk.integers(5), chunk.integers(6)];
    for (let row = 0; row < chunk.rows; row++) {
      traces.push({
        traceId: hexOf(high[row]!) + hexOf(low[row]!),
        start: Number(starts[row]!) / 1e6,
        duration: Number(took[row]!) / 1e6,
        spans: spans[row]!,
        errors: errors[row]!,
        root: roots[row]!,
        shapes: chunk.text(7, row)!.split(',').map(Number),
        cursor: `${starts[row]!}`,
      });
    }
  }
  return traces;
}

/** When the first span of a window began, in milliseconds since the Unix epoch; undefined where there is none. */
export async function readFirstBegun(
  connection: DuckDBConnection,
  { from, to }: Pick<TraceSearch, 'from' | 'to'>,
): Promise<number | undefined> {
  const sql = `SELECT epoch_ns(min(start)) FROM span_rows WHERE start >= ${moment(from)} AND start < ${moment(to)} HAVING count(*) > 0`;
  for await (const chunk of readChunks(connection, sql)) {
    if (chunk.rows > 0) return Number(chunk.bigints(0)[0]!) / 1e6;
  }
  return undefined;
}

/** The spans of each of these traces. */
export async function readTraces(
  connection: DuckDBConnection,
  book: ShapeBook,
  found: readonly FoundTrace[],
  signal?: AbortSignal,
): Promise<StoredSpan[][]> {
  if (found.length === 0) return [];
  const from = Math.min(...found.map(({ start }) => start));
  const to = Math.max(...found.map(({ start, duration }) => start + duration));
  const wanted = found.map(({ traceId }) => {
    const [high, low] = halvesOf(traceId);
    return `(${high}::UBIGINT, ${low}::UBIGINT)`;
  });
  const sql = `
    SELECT ${spanColumns} FROM span_rows SEMI JOIN (VALUES ${wanted.join(', ')}) AS wanted (trace_high, trace_low)
      USING (trace_high, trace_low)
    WHERE start >= ${moment(from - 1)} AND start <= ${moment(to + 1)}`;
  const traces = new Map<string, Map<string, StoredSpan>>(found.map(({ traceId }) => [traceId, new Map()]));
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    for (const span of spansOf(chunk, book)) traces.get(span.traceId)!.set(span.spanId, span);
  }
  return Array.from(traces.values(), (spans) => [...spans.values()]);
}

/** A moment for a comparison with a column of type TIMESTAMP_NS. */
export function moment(millis: number): string {
  return `make_timestamp_ns(${nanoseconds(millis)})`;
}

export function nanoseconds(millis: number): bigint {
  return BigInt(Math.round(millis * 1e3)) * 1000n;
}

/** Undefined when every span will do. */
function shapeCondition(book: ShapeBook, search: TraceSearch): string | 'none' | undefined {
  const { service, instance, operation } = search;
  if (service === undefined && instance === undefined && operation === undefined) return undefined;
  return isOneOf(book.fitting(search).map(({ id }) => id));
}

function callCondition({ from, to }: TraceSearch, { all, some, answers }: CallShapes): string | 'none' {
  const sure = isOneOf(all);
  if (some.length === 0 || answers.length === 0) return sure;
  const answered = `(${isOneOf(some)} AND (trace_low, span) IN (
    SELECT (trace_low, parent) FROM span_rows
    WHERE ${isOneOf(answers)} AND start >= ${moment(from)} AND start < ${moment(to + traceReach)}))`;
  return sure === 'none' ? answered : `(${sure} OR ${answered})`;
}

function isOneOf(shapes: readonly number[]): string | 'none' {
  return shapes.length === 0 ? 'none' : `shape IN (${shapes.join(', ')})`;
}

function cursorNanoseconds(cursor: string): bigint {
  if (!/^\d{1,19}$/.test(cursor)) throw invalidArgument('cursor', cursor, 'what the page before ended with');
  return BigInt(cursor);
}
