import type { DuckDBConnection } from '@duckdb/node-api';
import { type AnswerChunk, readChunks } from './column-reader.ts';
import type { Shape, ShapeBook } from './shape-book.ts';
import { StoredSpan, spanStatuses } from './stored-span.ts';

/** In the order that {@link spansOf} reads. */
export const spanColumns =
  'trace_high, trace_low, span, parent, start, duration, shape, status, attributes, links';

/** The spans of one piece of an answer of {@link spanColumns}. */
export function spansOf(chunk: AnswerChunk, book: ShapeBook): StoredSpan[] {
  const traceHigh = chunk.unsigned(0);
  const traceLow = chunk.unsigned(1);
  const ids = chunk.unsigned(2);
  const parents = chunk.unsigned(3);
  const starts = chunk.bigints(4);
  const durations = chunk.bigints(5);
  const shapes = chunk.integers(6);
  const statuses = chunk.small(7);
  const spans: StoredSpan[] = new Array(chunk.rows);
  for (let row = 0; row < chunk.rows; row++) {
    spans[row] = new StoredSpan({
      traceId: hexOf(traceHigh[row]!) + hexOf(traceLow[row]!),
      spanId: hexOf(ids[row]!),
      parentId: parents[row] === 0n ? undefined : hexOf(parents[row]!),
      shape: book.shapes[shapes[row]!] as Shape,
      status: spanStatuses[statuses[row]!]!,
      start: Number(starts[row]!) / 1e3,
      duration: Number(durations[row]!) / 1e3,
      attributes: chunk.text(8, row),
      links: chunk.text(9, row),
    });
  }
  return spans;
}

export function hexOf(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}

/** Both halves of a trace's id. */
export function halvesOf(traceId: string): [bigint, bigint] {
  return [BigInt(`0x${traceId.slice(0, 16)}`), BigInt(`0x${traceId.slice(16)}`)];
}

/** The spans of a trace in any order, each once. */
export async function readTrace(
  connection: DuckDBConnection,
  book: ShapeBook,
  traceId: string,
  signal?: AbortSignal,
): Promise<StoredSpan[]> {
  const [high, low] = halvesOf(traceId);
  const sql = `SELECT ${spanColumns} FROM span_rows WHERE trace_low = ${low}::UBIGINT AND trace_high = ${high}::UBIGINT`;
  const byId = new Map<string, StoredSpan>();
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    for (const span of spansOf(chunk, book)) byId.set(span.spanId, span);
  }
  return [...byId.values()];
}
