import { invalidArgument } from '@holdfast/core';
import { exponentialSize } from './exponential-buckets.ts';

/** How values of a histogram are told over OTLP, by OpenTelemetry's words: in buckets with bounds, or in those of a scale. */
export type HistogramAggregation = 'explicit_bucket_histogram' | 'base2_exponential_bucket_histogram';

export const histogramAggregations: readonly HistogramAggregation[] = [
  'explicit_bucket_histogram',
  'base2_exponential_bucket_histogram',
];

/** @throws HoldfastError INVALID_ARGUMENT */
export function checkHistogramAggregation(aggregation: HistogramAggregation, field: string): void {
  if (!histogramAggregations.includes(aggregation)) {
    throw invalidArgument(field, aggregation, `'${histogramAggregations.join("' or '")}'`);
  }
}

/** How many cells of each sign it has; undefined for one with bounds. */
export function exponentialSizeOf(aggregation: HistogramAggregation): number | undefined {
  return aggregation === 'base2_exponential_bucket_histogram' ? exponentialSize : undefined;
}
