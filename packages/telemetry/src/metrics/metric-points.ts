import type { Attributes } from '@opentelemetry/api';
import type { Exemplar } from '../exemplars/exemplar.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import type { ExponentialCounts } from './exponential-buckets.ts';
import type { Temporality } from './temporality.ts';

/**
 * Metrics of a process at one moment, as exporters take them: all of them, or a part of at most {@link metricBatchPoints}
 * points. Nothing in it changes any more. Times are microseconds since the Unix epoch.
 */
export interface MetricBatch {
  /** Since when sums and histograms count, whose points say nothing else: the same in every batch of a registry. */
  readonly startTime: number;
  readonly time: number;
  /** Each with at least one point. A metric may go on in the next batch. Those of one scope stand together. */
  readonly metrics: readonly MetricPoints[];
}

export type MetricPoints = SumPoints | GaugePoints | HistogramPoints | ExponentialPoints;

export interface SumPoints extends MetricIdentity {
  readonly kind: 'sum';
  /** Whether it only grows. */
  readonly monotonic: boolean;
  readonly temporality: Temporality;
  readonly points: readonly NumberPoint[];
}

export interface GaugePoints extends MetricIdentity {
  readonly kind: 'gauge';
  readonly points: readonly NumberPoint[];
}

export interface HistogramPoints extends MetricIdentity {
  readonly kind: 'histogram';
  readonly temporality: Temporality;
  readonly points: readonly HistogramPoint[];
}

export interface ExponentialPoints extends MetricIdentity {
  readonly kind: 'exponential';
  readonly temporality: Temporality;
  readonly points: readonly ExponentialPoint[];
}

export interface MetricIdentity {
  readonly scope: InstrumentationScope;
  /** As OpenTelemetry writes names: a counter's has no `_total`. */
  readonly name: string;
  readonly description: string;
  /** By UCUM: `s`, `By`, `1`, `{request}`; empty for none. */
  readonly unit: string;
}

/** What points of all kinds have. */
export interface PointFacts {
  /** Of checked values: texts, numbers, booleans, and arrays of one of these. */
  readonly attributes: Attributes;
  /** Since when it counts, in microseconds since the Unix epoch, where that is not {@link MetricBatch.startTime}. */
  readonly startTime?: number;
  /** Those that were not told before. */
  readonly exemplars?: readonly Exemplar[];
}

export interface NumberPoint extends PointFacts {
  /** Any number, whole or not. */
  readonly value: number;
}

export interface HistogramPoint extends PointFacts, ExtremeValues {
  /** Upper bounds of the buckets, included, ascending; the bucket after the last has none. */
  readonly bounds: readonly number[];
  /** How many values fell into each bucket, not added up: one count more than bounds. Their sum is the point's count. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

export interface ExponentialPoint extends PointFacts, ExtremeValues, ExponentialCounts {
  readonly sum: number;
}

export interface ExtremeValues {
  /** The least value. Undefined where it is not known. */
  readonly min?: number | undefined;
  /** The greatest value. Undefined where it is not known. */
  readonly max?: number | undefined;
}

/** Points in a batch, at most. */
export const metricBatchPoints = 1_000;

/** Where metrics go. */
export interface MetricSink {
  /**
   * Sends a batch; resolves when it has arrived (true) or is given up (false), which the sink counts by itself. It never fails. What is
   * lost of a delta is in the next one.
   *
   * @param signal - gives it up: it does not arrive later.
   */
  sendMetrics(batch: MetricBatch, signal: AbortSignal): Promise<boolean>;
}
