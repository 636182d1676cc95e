/** All series of one name, as exporters read them. */
export type MetricFamily = NumberFamily | HistogramFamily;

export interface NumberFamily extends MetricDescription {
  readonly kind: 'counter' | 'gauge' | 'unknown';
  /** Ordered by their label values. What they say is live: read it when it is written. */
  series(): readonly Series<NumberReading>[];
}

export interface HistogramFamily extends MetricDescription {
  readonly kind: 'histogram';
  series(): readonly Series<HistogramReading>[];
}

export interface MetricDescription {
  /** A counter's stands without `_total`. */
  readonly name: string;
  readonly help: string;
  /** Such as `seconds` or `bytes`; the name ends with it. */
  readonly unit: string | undefined;
  readonly labelNames: readonly string[];
}

export interface Series<Reading> {
  /** One for each of the family's label names. */
  readonly labelValues: readonly string[];
  readonly reading: Reading;
}

export interface NumberReading {
  readonly value: number;
}

export interface HistogramReading {
  /** Upper bounds of the buckets, ascending; the bucket after the last has none. */
  readonly bounds: readonly number[];
  /** How many values fell into each bucket: one count more than bounds. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}
