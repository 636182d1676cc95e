import { assert } from '@holdfast/core';
import type { Attributes } from '@opentelemetry/api';
import type { ExemplarSpan } from '../exemplars/exemplar.ts';
import type { ExemplarSampler } from '../exemplars/exemplar-sampler.ts';
import { ExemplarSlots } from '../exemplars/exemplar-slots.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';
import { Extremes } from './extremes.ts';
import type { HistogramBuckets } from './histogram-buckets.ts';
import { cellOf, cellStart } from './histogram-grid.ts';
import type { HistogramReading } from './metric-family.ts';

/** Cells that are added at once: an octave of the grid. */
const growth = 16;

/**
 * How often values of one series fell where. It counts twice: in the buckets that exporters show, exactly, and in the cells
 * of a fine grid, for {@link quantile}. Memory for cells is taken octave by octave, as values appear. The fine grid may be that of a
 * base-2 exponential histogram instead, which OTLP shows then in the place of the buckets.
 */
export class Histogram implements HistogramReading {
  readonly bounds: readonly number[];
  /** The least and the greatest value. */
  readonly extremes: Extremes = new Extremes();
  readonly #limits: Float64Array;
  readonly #firstBuckets: Uint16Array;
  readonly #counts: Float64Array;
  readonly #sampler: ExemplarSampler | undefined;
  readonly #exponential: ExponentialBuckets | undefined;
  #sum = 0;
  /** Counts of the cells from {@link #cellsFrom} on. */
  #cells = new Float64Array(0);
  #cellsFrom = 0;
  #exemplars: ExemplarSlots | undefined;
  #watched: Extremes[] | undefined;

  /** @param sampler - default: none of its values is an exemplar. */
  constructor(
    { bounds, exponentialSize, firstBuckets, limits }: HistogramBuckets,
    sampler?: ExemplarSampler,
  ) {
    this.bounds = bounds;
    this.#limits = limits;
    this.#firstBuckets = firstBuckets;
    this.#counts = new Float64Array(limits.length);
    this.#sampler = sampler;
    this.#exponential = exponentialSize === undefined ? undefined : new ExponentialBuckets(exponentialSize);
  }

  get counts(): ArrayLike<number> {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }

  get exponential(): ExponentialBuckets | undefined {
    return this.#exponential;
  }

  /** The last value of each bucket that was kept. */
  get exemplars(): ExemplarSlots | undefined {
    return this.#exemplars;
  }

  /** The extremes of all values so far, and of those that come, until somebody takes them. */
  watch(): Extremes {
    const watched = new Extremes();
    watched.merge(this.extremes);
    this.#watched = [...(this.#watched ?? []), watched];
    return watched;
  }

  /** How many values there were. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Counts `value` in the first bucket whose bound is not below it. NaN belongs nowhere and is not counted; nor are infinite numbers where
   * the fine grid is exponential.
   */
  record(value: number): void {
    if (this.#isNowhere(value)) return;
    const bucket = this.#count(value);
    const sampler = this.#sampler;
    if (sampler?.mayKeep === true) this.#keep(bucket, value, sampler.activeSpan());
  }

  /**
   * The same for those who know the span that it belongs to, undefined for none that is sampled: the active one is not looked for.
   *
   * @param dropped - attributes of the measurement that the series does not have.
   */
  recordWithin(span: ExemplarSpan | undefined, value: number, dropped?: Attributes): void {
    if (this.#isNowhere(value)) return;
    this.#keep(this.#count(value), value, span, dropped);
  }

  /** Adds what `other`, which has the same buckets, has counted. */
  merge(other: Histogram): void {
    assert(other.bounds === this.bounds, 'histograms that are merged share their buckets');
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      this.#counts[bucket]! += other.#counts[bucket]!;
    }
    this.#sum += other.#sum;
    this.extremes.merge(other.extremes);
    if (this.#watched !== undefined) for (const watched of this.#watched) watched.merge(other.extremes);
    if (other.#exponential !== undefined) this.#exponential?.merge(other.#exponential);
    for (let place = 0; place < other.#cells.length; place += 1) {
      const count = other.#cells[place]!;
      if (count === 0) continue;
      const own = this.#placeOf(other.#cellsFrom + place);
      this.#cells[own]! += count;
    }
  }

  /**
   * The value below which the share `q` (from 0 to 1) of all values lies, at most 3.2 % off. Of what is not above 2^-40
   * (about 1e-12) it says 0. Undefined where there is no value.
   */
  quantile(q: number): number | undefined {
    const rank = Math.max(1, Math.ceil(q * this.count));
    if (this.#exponential !== undefined) return this.#exponential.ranked(rank);
    let passed = 0;
    for (let place = 0; place < this.#cells.length; place += 1) {
      passed += this.#cells[place]!;
      if (passed >= rank) return middleOf(this.#cellsFrom + place);
    }
    return undefined;
  }

  #isNowhere(value: number): boolean {
    return this.#exponential === undefined ? Number.isNaN(value) : !Number.isFinite(value);
  }

  /** Returns the bucket that `value` fell into. */
  #count(value: number): number {
    const cell = cellOf(value);
    let bucket = this.#firstBuckets[cell]!;
    while (value > this.#limits[bucket]!) bucket += 1;
    this.#counts[bucket]! += 1;
    this.#sum += value;
    this.extremes.add(value);
    if (this.#watched !== undefined) for (const watched of this.#watched) watched.add(value);
    if (this.#exponential !== undefined) this.#exponential.record(value);
    else {
      const place = this.#placeOf(cell);
      this.#cells[place]! += 1;
    }
    return bucket;
  }

  #keep(bucket: number, value: number, span: ExemplarSpan | undefined, dropped?: Attributes): void {
    const sampler = this.#sampler;
    if (sampler?.accepts(span) !== true) return;
    this.#exemplars ??= new ExemplarSlots(this.#counts.length);
    sampler.keep(this.#exemplars, bucket, value, span, dropped);
  }

  /** Where `cell` is counted. */
  #placeOf(cell: number): number {
    const place = cell - this.#cellsFrom;
    // A place below zero is, as an unsigned number, above all.
    return place >>> 0 < this.#cells.length ? place : this.#reach(cell);
  }

  /** Takes memory for `cell`; returns its place. */
  #reach(cell: number): number {
    const octave = cell - (cell % growth);
    const from = this.#cells.length === 0 ? octave : Math.min(octave, this.#cellsFrom);
    const to = Math.max(octave + growth, this.#cellsFrom + this.#cells.length);
    const cells = new Float64Array(to - from);
    if (this.#cells.length > 0) cells.set(this.#cells, this.#cellsFrom - from);
    this.#cells = cells;
    this.#cellsFrom = from;
    return cell - from;
  }
}

/** What stands for all values of a cell. */
function middleOf(cell: number): number {
  const start = cellStart(cell);
  if (start === Number.NEGATIVE_INFINITY) return 0;
  return (start + cellStart(cell + 1)) / 2;
}
