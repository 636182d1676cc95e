/** Thirty-two bits of an id, whose bytes are big-endian. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

const twoPow32 = 0x1_0000_0000;

/** 64-bit integers by their halves, for {@link wideAt}: no bigint is made for them. */
export function wordsOf({ buffer, byteOffset, length }: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length * 2);
}

/** One of these integers as a number: exact up to 2^53, which is to a quarter of a microsecond for the nanoseconds of a moment of our time. */
export function wideAt(words: Uint32Array, row: number): number {
  // The upper half has the sign.
  return (words[row * 2 + 1]! | 0) * twoPow32 + words[row * 2]!;
}
