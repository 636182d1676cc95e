/** Thirty-two bits of an id, whose bytes are big-endian. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Nanoseconds as a number, which is exact up to 104 days and to a quarter of a microsecond for a moment of our time. */
export function nanosecondsAt(values: BigInt64Array, row: number): number {
  return Number(values[row]!);
}
