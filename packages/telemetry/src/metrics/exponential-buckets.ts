import { invalidArgument } from '@holdfast/core';
import { type BucketCounts, BucketRange } from './bucket-range.ts';
import { exponentialIndex, exponentialMiddle, scaleMax } from './exponential-scale.ts';

/** What is counted by a scale, as exporters take it. Nothing in it changes. */
export interface ExponentialCounts {
  /** Bucket `i` holds what lies above `base ** i`, up to `base ** (i + 1)`, where `base` is `2 ** (2 ** -scale)`. */
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: BucketCounts;
  /** The same for negative numbers, by their absolute values. */
  readonly negative: BucketCounts;
}

/** Buckets of each sign that OpenTelemetry suggests. */
export const exponentialSize = 160;
const sizeMax = 10_000;

/** @throws HoldfastError INVALID_ARGUMENT unless it is a whole number from 2 to 10,000. */
export function checkExponentialSize(size: number, field: string): void {
  if (!(Number.isSafeInteger(size) && size >= 2 && size <= sizeMax)) {
    throw invalidArgument(field, size, `a whole number from 2 to ${sizeMax}`);
  }
}

/**
 * Counts on a grid whose cells are powers of a base, as OpenTelemetry's base-2 exponential histogram does. It begins as fine as can be,
 * and makes the base larger, two cells becoming one, whenever values lie too far from each other for as many cells as it may have: it is
 * always as fine as they allow. To count allocates nothing but when a value lies where none was before.
 */
export class ExponentialBuckets {
  readonly #positive: BucketRange;
  readonly #negative: BucketRange;
  #scale = scaleMax;
  #zeroCount = 0;

  /** @param size - cells of positive numbers, and of negative ones, at most. */
  constructor(size: number) {
    this.#positive = new BucketRange(size);
    this.#negative = new BucketRange(size);
  }

  /** @param value - finite. */
  record(value: number): void {
    if (value > 0) this.#count(this.#positive, value);
    else if (value < 0) this.#count(this.#negative, -value);
    else this.#zeroCount += 1;
  }

  /** Adds what `other` has counted. */
  merge(other: ExponentialBuckets): void {
    this.#zeroCount += other.#zeroCount;
    if (other.#scale < this.#scale) this.#coarsen(this.#scale - other.#scale);
    for (const [own, others] of [
      [this.#positive, other.#positive],
      [this.#negative, other.#negative],
    ] as const) {
      const { counts, offset } = others.read();
      for (let place = 0; place < counts.length; place += 1) {
        if (counts[place]! > 0) this.#add(own, offset + place, other.#scale, counts[place]!);
      }
    }
  }

  read(): ExponentialCounts {
    return {
      scale: this.#scale,
      zeroCount: this.#zeroCount,
      positive: this.#positive.read(),
      negative: this.#negative.read(),
    };
  }

  /** The middle of the cell that has the value of this rank, from 1, by size. Undefined where there are fewer. */
  ranked(rank: number): number | undefined {
    const { negative, positive, scale, zeroCount } = this.read();
    let passed = 0;
    for (let place = negative.counts.length - 1; place >= 0; place -= 1) {
      passed += negative.counts[place]!;
      if (passed >= rank) return -exponentialMiddle(negative.offset + place, scale);
    }
    passed += zeroCount;
    if (passed >= rank) return 0;
    for (let place = 0; place < positive.counts.length; place += 1) {
      passed += positive.counts[place]!;
      if (passed >= rank) return exponentialMiddle(positive.offset + place, scale);
    }
    return undefined;
  }

  #count(range: BucketRange, size: number): void {
    const index = exponentialIndex(size, this.#scale);
    if (!range.countNear(index)) this.#add(range, index, this.#scale, 1);
  }

  /** Adds to the cell that has this index by a scale that is as fine as ours or finer. */
  #add(range: BucketRange, index: number, scale: number, count: number): void {
    const coarser = range.shiftFor(index >> (scale - this.#scale));
    if (coarser > 0) this.#coarsen(coarser);
    range.add(index >> (scale - this.#scale), count);
  }

  #coarsen(steps: number): void {
    this.#positive.coarsen(steps);
    this.#negative.coarsen(steps);
    this.#scale -= steps;
  }
}
