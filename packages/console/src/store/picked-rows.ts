import { chunkRows } from './data-chunk.ts';
import { wordAt, wordsOf } from './wire-words.ts';

/** The rows of the next chunk. */
export function rowsFrom(at: number, length: number): Uint32Array {
  return Uint32Array.from({ length: Math.min(chunkRows, length - at) }, (_, index) => at + index);
}

/** Both halves of the trace ids of some rows, as numbers. */
export function traceWords(ids: Uint8Array, rows: Uint32Array): [BigUint64Array, BigUint64Array] {
  return [numbersOf(ids, rows, 16, 0), numbersOf(ids, rows, 16, 8)];
}

/** The span ids of some rows, as numbers. */
export function idWords(ids: Uint8Array, rows: Uint32Array): BigUint64Array {
  return numbersOf(ids, rows, 8, 0);
}

/** The values of some rows, which ascend, one after the other: a part of `values` where they stand like that already. */
export function picked<Values extends BigInt64Array | Float64Array | Uint32Array | Uint8Array>(
  values: Values,
  rows: Uint32Array,
): Values {
  const first = rows[0] ?? 0;
  const some = values.subarray(first, first + rows.length) as Values;
  if (rows.length === 0 || rows.at(-1) === first + rows.length - 1) return some;
  const apart = some.slice() as Values;
  for (let at = 0; at < rows.length; at++) apart[at] = values[rows[at]!]!;
  return apart;
}

/** Undefined, which is stored as NULL, where the text says nothing. */
export function unlessEmpty(text: string, empty: string): string | undefined {
  return text === empty ? undefined : text;
}

/** Ids are big-endian, numbers in memory are not. */
function numbersOf(ids: Uint8Array, rows: Uint32Array, size: number, offset: number): BigUint64Array {
  const numbers = new BigUint64Array(rows.length);
  const words = wordsOf(numbers);
  for (let at = 0; at < rows.length; at++) {
    const from = rows[at]! * size + offset;
    words[at * 2] = wordAt(ids, from + 4);
    words[at * 2 + 1] = wordAt(ids, from);
  }
  return numbers;
}
