import type { ReceivedBatch } from './received-batch.ts';

/** What the points of a metric are, as numbers of {@link MetricBatch.kinds}. */
export const metricKinds = { gauge: 1, sum: 2, histogram: 3, summary: 4 } as const;

/** Points of metrics as they were received. Exponential histograms are given with the bounds that their scale stands for. */
export interface MetricBatch extends ReceivedBatch {
  /** Nanoseconds since the Unix epoch. */
  readonly times: BigInt64Array;
  /** When a sum or histogram began to count; 0 where that is not told. */
  readonly starts: BigInt64Array;
  /** Indexes into {@link texts}. */
  readonly names: Uint32Array;
  /** In UCUM, such as `ms` or `By`; index into {@link texts}, 0 for none. */
  readonly units: Uint32Array;
  /** Numbers of {@link metricKinds}. */
  readonly kinds: Uint8Array;
  /** OpenTelemetry's numbers: 1 delta, 2 cumulative; 0 where neither has a meaning. */
  readonly temporalities: Uint8Array;
  /** 1 for a sum that only grows. */
  readonly monotonic: Uint8Array;
  /** A gauge's or sum's value; of histograms and summaries the sum of what they counted, NaN where it is not told. */
  readonly values: Float64Array;
  /** How many values a histogram or summary counted; 0 for the others. */
  readonly counts: Float64Array;
  /** The least and the greatest that a histogram counted; NaN where it is not told. */
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  /** Those that lead to a trace. */
  readonly exemplars: ExemplarBatch;
  /**
   * A histogram as JSON `{ bounds, counts }`: upper bounds of its buckets, ascending, and one count more than bounds. A
   * summary as `{ quantiles, values }`. Empty for the others. Made when asked for.
   */
  distributionJson(row: number): string;
}

/** Exemplars of points as columns, by point. */
export interface ExemplarBatch {
  readonly length: number;
  /** The rows of their points. */
  readonly points: Uint32Array;
  /** Nanoseconds since the Unix epoch. */
  readonly times: BigInt64Array;
  readonly values: Float64Array;
  /** 16 bytes each. */
  readonly traceIds: Uint8Array;
  /** 8 bytes each, all zero where none is told. */
  readonly spanIds: Uint8Array;
}
