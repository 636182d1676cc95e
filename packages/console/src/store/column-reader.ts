import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { wideAt, wordsOf } from './wire-words.ts';

/** A piece of an answer, column by column: numbers as they lie in memory, no object made per row. */
export class AnswerChunk {
  readonly rows: number;
  readonly #chunk: DuckDBDataChunk;

  constructor(chunk: DuckDBDataChunk) {
    this.#chunk = chunk;
    this.rows = chunk.rowCount;
  }

  bytes(column: number, width: number): Uint8Array {
    const vector = duckdb.data_chunk_get_vector(this.#chunk.chunk, column);
    return duckdb.vector_get_data(vector, this.rows * width);
  }

  bigints(column: number): BigInt64Array {
    const { buffer, byteOffset } = this.bytes(column, 8);
    return new BigInt64Array(buffer, byteOffset, this.rows);
  }

  unsigned(column: number): BigUint64Array {
    const { buffer, byteOffset } = this.bytes(column, 8);
    return new BigUint64Array(buffer, byteOffset, this.rows);
  }

  /** 64-bit integers as numbers, which are exact up to 2^53. */
  wide(column: number): Float64Array {
    const words = wordsOf(this.bigints(column));
    return Float64Array.from({ length: this.rows }, (_, row) => wideAt(words, row));
  }

  /** Unsigned 64-bit numbers, each as 16 hexadecimal digits. */
  hex(column: number): string[] {
    const digits = Buffer.from(this.bytes(column, 8)).swap64().toString('hex');
    return Array.from({ length: this.rows }, (_, row) => digits.slice(row * 16, row * 16 + 16));
  }

  doubles(column: number): Float64Array {
    const { buffer, byteOffset } = this.bytes(column, 8);
    return new Float64Array(buffer, byteOffset, this.rows);
  }

  integers(column: number): Uint32Array {
    const { buffer, byteOffset } = this.bytes(column, 4);
    return new Uint32Array(buffer, byteOffset, this.rows);
  }

  small(column: number): Uint8Array {
    return this.bytes(column, 1);
  }

  /** Null where it is NULL. */
  text(column: number, row: number): string | null {
    return this.#chunk.getColumnVector(column).getItem(row) as string | null;
  }
}

/** Reads an answer as it comes, and interrupts it when the signal aborts. */
export async function* readChunks(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
  signal?: AbortSignal,
): AsyncGenerator<AnswerChunk> {
  signal?.throwIfAborted();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const result = await connection.stream(sql, values);
    for await (const chunk of result) {
      signal?.throwIfAborted();
      if (chunk.rowCount > 0) yield new AnswerChunk(chunk);
    }
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}
