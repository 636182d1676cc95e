/** The finest scale of a base-2 exponential histogram: cells are a millionth wide. By -10, two of them hold all numbers. */
export const scaleMax = 20;

const smallestNormal = 2 ** -1022;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The finest scale that needs no logarithm: between two powers of two it has 256 cells, whose bounds are looked up. Values that lie
 * farther than 3 : 2 from each other are counted by it or a coarser one, whose cells are made of these.
 */
const tableScale = 8;
const tableCells = 2 ** tableScale;
const bounds = Float64Array.from({ length: tableCells + 1 }, (_, cell) => 2 ** (cell / tableCells));
/** Bits of a float that choose a piece of the way from one power of two to the next: none is wider than a cell. */
const pieceBits = tableScale + 1;
/** By piece, the first cell that reaches into it. */
const firstCells = Uint16Array.from({ length: 2 ** pieceBits }, (_, piece) => {
  const start = 1 + piece / 2 ** pieceBits;
  return bounds.findIndex((bound) => bound > start) - 1;
});

/**
 * The index of the bucket that a positive number lies in: above `base ** index`, up to `base ** (index + 1)`, where `base` is
 * `2 ** (2 ** -scale)`. The exponent of a float says which power of two it follows; what is between two of them is looked up, or, where
 * cells are very fine, worked out by a logarithm. Numbers below 2^-1022 count as that.
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
  const rest = float[0]!;
  if (scale > tableScale) return (exponent << scale) + cellByLogarithm(rest, 1 << scale);
  let cell = firstCells[(top & 0xfffff) >>> (20 - pieceBits)]!;
  while (rest > bounds[cell + 1]!) cell += 1;
  return (exponent << scale) + (cell >> (tableScale - scale));
}

/** Which of so many cells from 1 to 2 a number between them lies in. What is next to 2 may be rounded to it. */
function cellByLogarithm(rest: number, cells: number): number {
  const cell = Math.floor(Math.log2(rest) * cells);
  return cell < cells ? cell : cells - 1;
}

/** A number in the middle of a bucket. */
export function exponentialMiddle(index: number, scale: number): number {
  return 2 ** ((index + 0.5) * 2 ** -scale);
}
