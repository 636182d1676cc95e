import type { DuckDBConnection } from '@duckdb/node-api';
import { type AnswerChunk, readChunks } from './column-reader.ts';
import type { Shape, ShapeBook } from './shape-book.ts';
import { StoredSpan, spanStatuses } from './stored-span.ts';

/** What a span is and when: in the order that {@link spansOf} reads. */
const outlineColumns = 'trace_high, trace_low, span, parent, start, duration, shape, status';
/** The same, and what it tells besides. */
export const spanColumns: string = `${outlineColumns}, attributes, links`;

const noParent = '0000000000000000';

/** The spans of one piece of an answer of {@link spanColumns}, or of their outline. */
export function spansOf(chunk: AnswerChunk, book: ShapeBook, textOf: TextOf = textIn(chunk)): StoredSpan[] {
  const traceHigh = chunk.hex(0);
  const traceLow = chunk.hex(1);
  const ids = chunk.hex(2);
  const parents = chunk.hex(3);
  const starts = chunk.wide(4);
  const durations = chunk.wide(5);
  const shapes = chunk.integers(6);
  const statuses = chunk.small(7);
  const spans: StoredSpan[] = new Array(chunk.rows);
  let traceId = '';
  for (let row = 0; row < chunk.rows; row++) {
    // Spans of a trace lie beside each other.
    if (row === 0 || traceLow[row] !== traceLow[row - 1] || traceHigh[row] !== traceHigh[row - 1]) {
      traceId = traceHigh[row]! + traceLow[row]!;
    }
    spans[row] = new StoredSpan({
      traceId,
      spanId: ids[row]!,
      parentId: parents[row] === noParent ? undefined : parents[row],
      shape: book.shapes[shapes[row]!] as Shape,
      status: spanStatuses[statuses[row]!]!,
      start: starts[row]! / 1e3,
      duration: durations[row]! / 1e3,
      attributes: textOf(8, row),
      links: textOf(9, row),
    });
  }
  return spans;
}

type TextOf = (column: number, row: number) => string | null;

function textIn(chunk: AnswerChunk): TextOf {
  return (column, row) => chunk.text(column, row);
}

const noText: TextOf = () => null;

export function hexOf(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}

/** Both halves of a trace's id. */
export function halvesOf(traceId: string): [bigint, bigint] {
  return [BigInt(`0x${traceId.slice(0, 16)}`), BigInt(`0x${traceId.slice(16)}`)];
}

/** The spans of a trace in the order of their start, without their attributes and links. One that was sent twice may be there twice. */
export async function readOutline(
  connection: DuckDBConnection,
  book: ShapeBook,
  traceId: string,
  signal?: AbortSignal,
): Promise<StoredSpan[]> {
  const sql = `SELECT ${outlineColumns} FROM span_rows WHERE ${ofTrace(traceId)} ORDER BY start, duration DESC, span`;
  const spans: StoredSpan[] = [];
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    for (const span of spansOf(chunk, book, noText)) spans.push(span);
  }
  return spans;
}

/** The spans of a trace in any order, each once. */
export async function readTrace(
  connection: DuckDBConnection,
  book: ShapeBook,
  traceId: string,
  signal?: AbortSignal,
): Promise<StoredSpan[]> {
  const sql = `SELECT ${spanColumns} FROM span_rows WHERE ${ofTrace(traceId)}`;
  const byId = new Map<string, StoredSpan>();
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    for (const span of spansOf(chunk, book)) byId.set(span.spanId, span);
  }
  return [...byId.values()];
}

function ofTrace(traceId: string): string {
  const [high, low] = halvesOf(traceId);
  return `trace_low = ${low}::UBIGINT AND trace_high = ${high}::UBIGINT`;
}
