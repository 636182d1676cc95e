const twoPow32 = 0x1_0000_0000;

/** Eight bytes, little-endian. */
export function doubleAt(body: Buffer, at: number): number {
  return body.readDoubleLE(at);
}

/** A signed integer from its halves, as JSON: a text where a number would not hold it. */
export function int64Json(low: number, high: number): string {
  const value = (high | 0) * twoPow32 + low;
  return Number.isSafeInteger(value) ? `${value}` : `"${BigInt.asIntN(64, wide(low, high))}"`;
}

/** An unsigned integer from its halves, as a decimal text. */
export function uint64Text(low: number, high: number): string {
  const value = high * twoPow32 + low;
  return Number.isSafeInteger(value) ? `${value}` : `${wide(low, high)}`;
}

/** An unsigned integer from its halves, as near as a number comes to it. */
export function uint64Number(low: number, high: number): number {
  return high * twoPow32 + low;
}

/** A signed one. */
export function int64Number(low: number, high: number): number {
  return (high | 0) * twoPow32 + low;
}

function wide(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** A 64-bit integer. */
export interface Halves {
  readonly low: number;
  readonly high: number;
}

/** Milliseconds as nanoseconds, by halves. */
export function halvesOfMillis(millis: number): Halves {
  const nanos = BigInt(Math.round(millis)) * 1_000_000n;
  return { low: Number(nanos & 0xffffffffn), high: Number(nanos >> 32n) };
}
