import { chunkRows } from './data-chunk.ts';

/** The rows of the next chunk. */
export function rowsFrom(at: number, length: number): Uint32Array {
  return Uint32Array.from({ length: Math.min(chunkRows, length - at) }, (_, index) => at + index);
}

/** Both halves of the trace ids of some rows, as numbers. */
export function traceWords(ids: Uint8Array, rows: Uint32Array): [BigUint64Array, BigUint64Array] {
  const high = Buffer.alloc(rows.length * 8);
  const low = Buffer.alloc(rows.length * 8);
  rows.forEach((row, at) => {
    high.set(ids.subarray(row * 16, row * 16 + 8), at * 8);
    low.set(ids.subarray(row * 16 + 8, row * 16 + 16), at * 8);
  });
  return [numbersOf(high), numbersOf(low)];
}

/** The span ids of some rows, as numbers. */
export function idWords(ids: Uint8Array, rows: Uint32Array): BigUint64Array {
  const bytes = Buffer.alloc(rows.length * 8);
  rows.forEach((row, at) => {
    bytes.set(ids.subarray(row * 8, row * 8 + 8), at * 8);
  });
  return numbersOf(bytes);
}

/** The values of some rows, one after the other. */
export function picked<Values extends BigInt64Array | Float64Array | Uint32Array | Uint8Array>(
  values: Values,
  rows: Uint32Array,
  into: Values,
): Values {
  for (let at = 0; at < rows.length; at++) into[at] = values[rows[at]!]!;
  return into;
}

/** Undefined, which is stored as NULL, where the text says nothing. */
export function unlessEmpty(text: string, empty: string): string | undefined {
  return text === empty ? undefined : text;
}

/** Ids are big-endian, numbers in memory are not. */
function numbersOf(bytes: Buffer): BigUint64Array {
  bytes.swap64();
  return new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}
