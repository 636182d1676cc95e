import type { ResourceEntry } from './span-batch.ts';

/** What the points of a metric are, as numbers of {@link MetricBatch.kinds}. */
export const metricKinds = { gauge: 1, sum: 2, histogram: 3, summary: 4 } as const;

/**
 * Points of metrics as columns, in the manner of `SpanBatch`: row `i` of each is point `i`. Exponential histograms are given
 * with the bounds that their scale stands for.
 */
export interface MetricBatch {
  readonly length: number;
  /** What it holds in memory, about, the undecoded parts included. */
  readonly bytes: number;
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
  /** Indexes into {@link resources}. */
  readonly resourceOf: Uint32Array;
  /** Index into {@link texts}, 0 for none: the instrumentation scope. */
  readonly scopes: Uint32Array;
  /** The first is the empty text. */
  readonly texts: readonly string[];
  readonly resources: readonly ResourceEntry[];
  /** Those that lead to a trace. */
  readonly exemplars: ExemplarBatch;
  /** The point's attributes as JSON; `{}` for none. Made when asked for. */
  attributesJson(row: number): string;
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
