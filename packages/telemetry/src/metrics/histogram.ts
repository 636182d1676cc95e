import { invalidArgument } from '@holdfast/core';
import type { HistogramReading } from './metric-family.ts';

/** How often values of one series fell into which bucket. */
export class Histogram implements HistogramReading {
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get counts(): ArrayLike<number> {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Counts `value` in the first bucket whose bound is not below it. NaN belongs nowhere and is not counted. */
  record(value: number): void {
    if (Number.isNaN(value)) return;
    const { bounds } = this;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    this.#counts[low]! += 1;
    this.#sum += value;
  }
}

/** Bounds in seconds, from 5 ms to 10 s, for calls over a network. */
export const secondsBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Bounds that begin at `first`, each `factor` times the one before. */
export function growingBounds(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * factor ** index);
}

/** @throws HoldfastError INVALID_ARGUMENT unless they are finite and ascend. */
export function checkBounds(bounds: readonly number[]): void {
  if (bounds.length === 0) throw invalidArgument('bounds', bounds, 'at least one number');
  bounds.forEach((bound, index) => {
    if (!Number.isFinite(bound) || (index > 0 && bound <= bounds[index - 1]!)) {
      throw invalidArgument(`bounds[${index}]`, bound, 'a finite number above the one before');
    }
  });
}
