export type * from './admin/admin-api.ts';
export {
  type ExpositionFormat,
  negotiateFormat,
  openMetricsFormat,
  textFormat,
} from './exposition/exposition-format.ts';
export { streamExposition, writeExposition } from './exposition/write-exposition.ts';
export type { LogRecord, LogSink, LogValue } from './logs/log-record.ts';
export { MeterProvider, type MeterProviderOptions } from './meter/meter-provider.ts';
export type { Counter } from './metrics/counter.ts';
export type { MetricOptions } from './metrics/describe-metric.ts';
export type { Gauge } from './metrics/gauge.ts';
export type { Histogram } from './metrics/histogram.ts';
export { growingBounds, secondsBounds } from './metrics/histogram-buckets.ts';
export type { LabelSet } from './metrics/label-set.ts';
export type { Labelled, Labels } from './metrics/labelled.ts';
export type { OverflowBehaviour } from './metrics/limited-series.ts';
export { metricBatches } from './metrics/metric-batches.ts';
export type {
  HistogramFamily,
  HistogramReading,
  MetricDescription,
  MetricFamily,
  NumberFamily,
  NumberKind,
  NumberReading,
  Series,
} from './metrics/metric-family.ts';
export {
  type GaugePoints,
  type HistogramPoint,
  type HistogramPoints,
  type MetricBatch,
  type MetricIdentity,
  type MetricPoints,
  type MetricSink,
  metricBatchPoints,
  type NumberPoint,
  type SumPoints,
} from './metrics/metric-points.ts';
export { MetricReader, type MetricReaderOptions } from './metrics/metric-reader.ts';
export {
  type HistogramOptions,
  type LabelOptions,
  type MetricReadFailedEvent,
  MetricRegistry,
  type MetricRegistryOptions,
  metricReadFailed,
  type ObservedOptions,
  type ObservedSeries,
} from './metrics/metric-registry.ts';
export { observeProcess, type ProcessMetrics } from './process/process-metrics.ts';
export {
  type OperationListener,
  OperationMetrics,
  type OperationMetricsOptions,
} from './red/operation-metrics.ts';
export type { InstrumentationScope, Resource } from './resource/resource.ts';
export { type ObservedQueue, QueueMetrics } from './resources/queue-metrics.ts';
export {
  observeResources,
  type ResourceMetrics,
  type ResourceMetricsOptions,
} from './resources/resource-metrics.ts';
export { type TelemetryErrorCode, telemetryErrors } from './telemetry-errors.ts';
export type { SpanEvent, SpanLinkRecord, SpanRecord, SpanSink } from './trace/span-record.ts';
