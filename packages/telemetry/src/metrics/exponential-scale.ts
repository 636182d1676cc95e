/** The finest scale of a base-2 exponential histogram: cells are a millionth wide. By -10, two of them hold all numbers. */
export const scaleMax = 20;

const smallestNormal = 2 ** -1022;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The index of the bucket that a positive number lies in: above `base ** index`, up to `base ** (index + 1)`, where `base` is
 * `2 ** (2 ** -scale)`. The exponent of a float says which power of two it follows; the logarithm is only needed of what is between
 * two of them. Numbers below 2^-1022 count as that.
 */
export function exponentialIndex(value: number, scale: number): number {
  float[0] = value < smallestNormal ? smallestNormal : value;
  const top = words[high]!;
  const exponent = (top >>> 20) - 1023;
  // A power of two is the last value of its bucket.
  if ((top & 0xfffff) === 0 && words[1 - high] === 0) {
    return scale > 0 ? (exponent << scale) - 1 : (exponent - 1) >> -scale;
  }
  if (scale <= 0) return exponent >> -scale;
  words[high] = (top & 0xfffff) | 0x3ff00000;
  const cells = 1 << scale;
  const cell = Math.floor(Math.log2(float[0]!) * cells);
  // What is next to a power of two may be rounded to it.
  return (exponent << scale) + (cell < cells ? cell : cells - 1);
}

/** A number in the middle of a bucket. */
export function exponentialMiddle(index: number, scale: number): number {
  return 2 ** ((index + 0.5) * 2 ** -scale);
}
