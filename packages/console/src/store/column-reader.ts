import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { wideAt, wordsOf } from './wire-words.ts';

type Numbers = BigInt64Array | BigUint64Array | Float64Array | Uint32Array | Uint8Array;

interface NumbersOf<Kind> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Kind;
}

/** A piece of an answer, column by column: numbers as they lie in memory, no object made per row. A column is of one kind. */
export class AnswerChunk {
  readonly rows: number;
  readonly #chunk: DuckDBDataChunk;
  /** Columns that were asked for before: to get at one costs more than to read a row of it. */
  readonly #columns: Numbers[] = [];

  constructor(chunk: DuckDBDataChunk) {
    this.#chunk = chunk;
    this.rows = chunk.rowCount;
  }

  bigints(column: number): BigInt64Array {
    return this.#column(column, BigInt64Array);
  }

  unsigned(column: number): BigUint64Array {
    return this.#column(column, BigUint64Array);
  }

  /** 64-bit integers as numbers, which are exact up to 2^53. */
  wide(column: number): Float64Array {
    const words = wordsOf(this.bigints(column));
    return Float64Array.from({ length: this.rows }, (_, row) => wideAt(words, row));
  }

  /** Unsigned 64-bit numbers, each as 16 hexadecimal digits. */
  hex(column: number): string[] {
    const { buffer, byteOffset, byteLength } = this.unsigned(column);
    const digits = Buffer.from(new Uint8Array(buffer, byteOffset, byteLength))
      .swap64()
      .toString('hex');
    return Array.from({ length: this.rows }, (_, row) => digits.slice(row * 16, row * 16 + 16));
  }

  doubles(column: number): Float64Array {
    return this.#column(column, Float64Array);
  }

  integers(column: number): Uint32Array {
    return this.#column(column, Uint32Array);
  }

  small(column: number): Uint8Array {
    return this.#column(column, Uint8Array);
  }

  /** Null where it is NULL. */
  text(column: number, row: number): string | null {
    return this.#chunk.getColumnVector(column).getItem(row) as string | null;
  }

  #column<Kind extends Numbers>(column: number, kind: NumbersOf<Kind>): Kind {
    const known = this.#columns[column];
    if (known !== undefined) return known as Kind;
    const vector = duckdb.data_chunk_get_vector(this.#chunk.chunk, column);
    const bytes = duckdb.vector_get_data(vector, this.rows * kind.BYTES_PER_ELEMENT);
    const read = new kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, this.rows);
    this.#columns[column] = read;
    return read;
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
