import { DuckDBDataChunk, type DuckDBType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** As many rows as DuckDB takes at once. */
export const chunkRows = 2048;

/** A chunk to be appended to a table, filled column by column from arrays as they lie in memory. */
export class ColumnChunk {
  readonly chunk: DuckDBDataChunk;
  readonly #rows: number;

  constructor(types: readonly DuckDBType[], rows: number) {
    this.chunk = DuckDBDataChunk.create(types, rows);
    this.#rows = rows;
  }

  /** `values` has at least as many elements as the chunk has rows, in the width and byte order of the column's type. */
  numbers(column: number, values: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }): void {
    const vector = duckdb.data_chunk_get_vector(this.chunk.chunk, column);
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = values;
    duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, this.#rows * BYTES_PER_ELEMENT);
  }

  /** `textOf` gives a row's text, undefined for NULL. */
  texts(column: number, textOf: (row: number) => string | undefined): void {
    const vector = duckdb.data_chunk_get_vector(this.chunk.chunk, column);
    const valid = new Uint8Array(chunkRows / 8);
    let missing = false;
    for (let row = 0; row < this.#rows; row++) {
      const text = textOf(row);
      if (text === undefined) {
        missing = true;
        continue;
      }
      valid[row >>> 3]! |= 1 << (row & 7);
      duckdb.vector_assign_string_element(vector, row, text);
    }
    if (!missing) return;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, valid.byteLength);
  }
}
