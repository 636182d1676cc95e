import { invalidArgument } from '@holdfast/core';
import { checkExponentialSize } from './exponential-buckets.ts';
import { cellCount, cellStart } from './histogram-grid.ts';

/** The buckets that a histogram's values are shown in: its bounds, and which of them may hold what lies in a cell of the grid. */
export interface HistogramBuckets {
  readonly bounds: readonly number[];
  /** The bounds and, after them, Infinity: no value is above it. */
  readonly limits: Float64Array;
  /** By cell, the first bucket that has room for something in it. It takes a look at few more, mostly none. */
  readonly firstBuckets: Uint16Array;
  /** Cells of an exponential grid, at most, where there is one. */
  readonly exponentialSize: number | undefined;
}

/** Bounds in seconds, from 5 ms to 10 s, for calls over a network. */
export const secondsBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Bounds that begin at `first`, each `factor` times the one before. */
export function growingBounds(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * factor ** index);
}

const boundsMax = 1_000;

/**
 * @param exponentialSize - cells of positive numbers, and of negative ones, where the fine grid is exponential.
 * @throws HoldfastError INVALID_ARGUMENT unless there are 1 to 1,000 bounds that are finite and ascend, and 2 to 10,000 cells.
 */
export function histogramBuckets(
  bounds: readonly number[],
  exponentialSize?: number,
  field = 'bounds',
): HistogramBuckets {
  if (exponentialSize !== undefined) checkExponentialSize(exponentialSize, 'exponentialSize');
  if (bounds.length === 0 || bounds.length > boundsMax) {
    throw invalidArgument(field, bounds, `1 to ${boundsMax} numbers`);
  }
  bounds.forEach((bound, index) => {
    if (!Number.isFinite(bound) || (index > 0 && bound <= bounds[index - 1]!)) {
      throw invalidArgument(`${field}[${index}]`, bound, 'a finite number above the one before');
    }
  });
  const limits = Float64Array.of(...bounds, Number.POSITIVE_INFINITY);
  const firstBuckets = new Uint16Array(cellCount);
  let bucket = 0;
  for (let cell = 0; cell < cellCount; cell += 1) {
    const start = cellStart(cell);
    while (limits[bucket]! < start) bucket += 1;
    firstBuckets[cell] = bucket;
  }
  return { bounds: [...bounds], limits, firstBuckets, exponentialSize };
}
