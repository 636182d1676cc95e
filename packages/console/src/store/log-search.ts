import type { DuckDBConnection } from '@duckdb/node-api';
import { invalidArgument } from '@holdfast/core';
import type { LogRow, LogSeverity } from '../api/console-api.ts';
import { readChunks } from './column-reader.ts';
import type { ShapeBook } from './shape-book.ts';
import { halvesOf, hexOf } from './span-reader.ts';
import { moment, nanoseconds } from './trace-search.ts';

export interface LogSearch {
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  readonly service?: string | undefined;
  /** This one and those above it. */
  readonly severity?: LogSeverity | undefined;
  /** What is in the body, in any case of letters. */
  readonly text?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** Where the page before ended. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export const logSeverities: readonly LogSeverity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The newest first. A row's id is where the next page goes on. */
export async function searchLogs(
  connection: DuckDBConnection,
  book: ShapeBook,
  search: LogSearch,
  signal?: AbortSignal,
): Promise<LogRow[]> {
  const { sql: conditions, values } = conditionsOf(book, search);
  const before = search.before === undefined ? '' : `AND ${beforeSql(search.before)}`;
  const sql = `
    SELECT rowid, time, trace_high, trace_low, span, severity, resource, body, attributes FROM log_rows
    WHERE ${conditions} ${before} ORDER BY time DESC, rowid DESC LIMIT ${search.limit}`;
  const rows: LogRow[] = [];
  for await (const chunk of readChunks(connection, sql, values, signal)) {
    const [ids, times, high, low] = [
      chunk.bigints(0),
      chunk.bigints(1),
      chunk.unsigned(2),
      chunk.unsigned(3),
    ];
    for (let row = 0; row < chunk.rows; row++) {
      const { service, instance } = book.resources[chunk.integers(6)[row]!]!;
      const span = chunk.unsigned(4)[row]!;
      const traced = high[row] !== 0n || low[row] !== 0n;
      const attributes = chunk.text(8, row);
      rows.push({
        id: `${times[row]!}-${ids[row]!}`,
        at: Number(times[row]!) / 1e6,
        severity: severityOf(chunk.small(5)[row]!),
        service,
        instance: instance || undefined,
        body: chunk.text(7, row)!,
        attributes: attributes === null ? {} : JSON.parse(attributes),
        traceId: traced ? hexOf(high[row]!) + hexOf(low[row]!) : undefined,
        spanId: span === 0n ? undefined : hexOf(span),
      });
    }
  }
  return rows;
}

/** How many there are, by severity and step. */
export async function countLogsBySeverity(
  connection: DuckDBConnection,
  book: ShapeBook,
  search: LogSearch,
  step: number,
  signal?: AbortSignal,
): Promise<Map<LogSeverity, Map<number, number>>> {
  const { sql: conditions, values } = conditionsOf(book, search);
  const sql = `
    SELECT ((epoch_ns(time) - ${nanoseconds(search.from)}) // ${nanoseconds(step)})::DOUBLE AS step, severity, count(*)::DOUBLE
    FROM log_rows WHERE ${conditions} GROUP BY 1, 2`;
  const counts = new Map<LogSeverity, Map<number, number>>();
  for await (const chunk of readChunks(connection, sql, values, signal)) {
    for (let row = 0; row < chunk.rows; row++) {
      const severity = severityOf(chunk.small(1)[row]!);
      const bySteps = counts.get(severity) ?? new Map<number, number>();
      const at = chunk.doubles(0)[row]!;
      bySteps.set(at, (bySteps.get(at) ?? 0) + chunk.doubles(2)[row]!);
      counts.set(severity, bySteps);
    }
  }
  return counts;
}

export async function countLogsOfTrace(
  connection: DuckDBConnection,
  traceId: string,
  signal?: AbortSignal,
): Promise<number> {
  const [high, low] = halvesOf(traceId);
  const sql = `SELECT count(*)::DOUBLE FROM log_rows WHERE trace_low = ${low}::UBIGINT AND trace_high = ${high}::UBIGINT`;
  for await (const chunk of readChunks(connection, sql, [], signal)) return chunk.doubles(0)[0]!;
  return 0;
}

function conditionsOf(
  book: ShapeBook,
  search: LogSearch,
): { readonly sql: string; readonly values: string[] } {
  const conditions = [`time >= ${moment(search.from)}`, `time < ${moment(search.to)}`];
  const values: string[] = [];
  if (search.service !== undefined) {
    const ids = book.resources.flatMap((each) => (each?.service === search.service ? [each!.id] : []));
    conditions.push(ids.length === 0 ? 'false' : `resource IN (${ids.join(', ')})`);
  }
  if (search.severity !== undefined) {
    const least = logSeverities.indexOf(search.severity) * 4 + 1;
    // One that does not say counts as info.
    conditions.push(least > 9 ? `severity >= ${least}` : `(severity >= ${least} OR severity = 0)`);
  }
  if (search.text !== undefined) {
    values.push(search.text);
    conditions.push(`contains(lower(body), lower($${values.length}))`);
  }
  if (search.traceId !== undefined) {
    const [high, low] = halvesOf(search.traceId);
    conditions.push(`trace_low = ${low}::UBIGINT AND trace_high = ${high}::UBIGINT`);
  }
  if (search.spanId !== undefined) conditions.push(`span = ${BigInt(`0x${search.spanId}`)}::UBIGINT`);
  return { sql: conditions.join(' AND '), values };
}

function beforeSql(cursor: string): string {
  const [, time, row] = /^(\d{1,19})-(\d{1,19})$/.exec(cursor) ?? [];
  if (time === undefined) throw invalidArgument('cursor', cursor, 'what the page before ended with');
  return `(time < make_timestamp_ns(${time}) OR (time = make_timestamp_ns(${time}) AND rowid < ${row}))`;
}

function severityOf(number: number): LogSeverity {
  return number === 0 ? 'info' : logSeverities[Math.min(5, (number - 1) >> 2)]!;
}
