import type { DuckDBConnection } from '@duckdb/node-api';
import type { SpanDetail } from '../api/console-api.ts';
import { readChunks } from './column-reader.ts';
import type { ShapeBook } from './shape-book.ts';
import { halvesOf } from './span-reader.ts';

/** What a waterfall does not show of a span; undefined when it is not known. */
export async function readSpanDetail(
  connection: DuckDBConnection,
  book: ShapeBook,
  traceId: string,
  spanId: string,
  signal?: AbortSignal,
): Promise<SpanDetail | undefined> {
  const [high, low] = halvesOf(traceId);
  const sql = `
    SELECT shape, status_message, attributes, events, links FROM span_rows
    WHERE trace_low = ${low}::UBIGINT AND trace_high = ${high}::UBIGINT AND span = ${BigInt(`0x${spanId}`)}::UBIGINT
    LIMIT 1`;
  for await (const chunk of readChunks(connection, sql, [], signal)) {
    const shape = book.shapes[chunk.integers(0)[0]!]!;
    const parsed = <T>(column: number, empty: T): T => {
      const text = chunk.text(column, 0);
      return text === null ? empty : JSON.parse(text);
    };
    return {
      spanId,
      attributes: parsed(2, {}),
      resource: JSON.parse(shape.resource.attributesJson),
      scope: shape.scope || undefined,
      statusMessage: chunk.text(1, 0) ?? undefined,
      events: parsed<StoredEvent[]>(3, []).map(({ at, name, attributes }) => ({
        at: Number(at) / 1e6,
        name,
        attributes,
      })),
      links: parsed(4, []),
    };
  }
  return undefined;
}

/** As a `SpanBatch` gives it. */
interface StoredEvent {
  /** Nanoseconds since the Unix epoch. */
  readonly at: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
