import type { ExemplarSlots } from '../exemplars/exemplar-slots.ts';
import type { ExponentialBuckets } from './exponential-buckets.ts';
import type { Extremes } from './extremes.ts';
import type { LabelSet } from './label-set.ts';

/** All series of one name, as exporters read them. */
export type MetricFamily = NumberFamily | HistogramFamily;

export interface NumberFamily extends MetricDescription {
  readonly kind: NumberKind;
  /** In the order in which they appeared. What they say is live: read it when it is written. */
  series(): Iterable<Series<NumberReading>>;
}

/** A `counter` only grows; `updown` is a sum that also falls; of `unknown` nothing is promised. */
export type NumberKind = 'counter' | 'updown' | 'gauge' | 'unknown';

export interface HistogramFamily extends MetricDescription {
  readonly kind: 'histogram';
  series(): Iterable<Series<HistogramReading>>;
}

export interface MetricDescription {
  /** As it was registered; a counter's without `_total`. */
  readonly name: string;
  /** As Prometheus writes it: it ends with the unit, in words. A counter's samples have `_total` after it. */
  readonly exposedName: string;
  readonly help: string;
  /** By UCUM, as OpenTelemetry writes it: `s`, `By`, `1`, `{request}`; empty for none. */
  readonly unit: string;
  /** In words: `seconds`, `bytes`. Undefined for what Prometheus has no word. */
  readonly exposedUnit: string | undefined;
  /** Whether callbacks give its values: what is read of a series is then another object each time. Default false. */
  readonly observed?: boolean;
}

export interface Series<Reading> {
  readonly labels: LabelSet;
  readonly reading: Reading;
}

export interface NumberReading {
  readonly value: number;
  /** In one slot. Undefined while there are none. */
  readonly exemplars?: ExemplarSlots | undefined;
}

export interface HistogramReading {
  /** Upper bounds of the buckets, included, ascending; the bucket after the last has none. */
  readonly bounds: readonly number[];
  /** How many values fell into each bucket: one count more than bounds. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
  /** The least and the greatest value, where they are known. */
  readonly extremes?: Extremes | undefined;
  /** The same of all values so far and of those that come, until they are taken: for those who tell of intervals. */
  watch?(): Extremes;
  /** The same values on a grid of its own, where there is one. */
  readonly exponential?: ExponentialBuckets | undefined;
  /** A slot for each bucket. Undefined while there are none. */
  readonly exemplars?: ExemplarSlots | undefined;
}
