/**
 * The log-linear grid that every histogram counts on, as HdrHistogram has it: each power of two is cut into 16 cells of the
 * same width, so that a cell is never wider than 6.25 % of what lies in it. It reaches from 2^-40 (about 1e-12) to 2^60
 * (about 1e18). The first cell holds all that is below, zero and negative numbers included, the last one all above.
 *
 * A cell is found without a search or a logarithm: exponent and first four digits of a float stand side by side in it.
 */
const cellsPerOctave = 16;
const exponentMin = -40;
const exponentMax = 60;

/** How many cells there are. */
export const cellCount: number = (exponentMax - exponentMin) * cellsPerOctave + 2;

/** What is below lies in cell 0. */
const smallest = 2 ** exponentMin;
const largest = 2 ** exponentMax;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const offset = (exponentMin + 1023) * cellsPerOctave - 1;

/** The cell that `value` lies in. */
export function cellOf(value: number): number {
  if (!(value >= smallest)) return 0;
  if (value >= largest) return cellCount - 1;
  float[0] = value;
  return (words[highWord]! >>> 16) - offset;
}

/** The smallest value in a cell: `-Infinity` for the first. */
export function cellStart(cell: number): number {
  if (cell <= 0) return Number.NEGATIVE_INFINITY;
  const place = cell - 1;
  const octave = Math.floor(place / cellsPerOctave);
  return 2 ** (exponentMin + octave) * (1 + (place % cellsPerOctave) / cellsPerOctave);
}
