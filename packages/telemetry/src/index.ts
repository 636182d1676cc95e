export type * from './admin/admin-api.ts';
export {
  type ExpositionFormat,
  negotiateFormat,
  openMetricsFormat,
  textFormat,
} from './exposition/exposition-format.ts';
export { streamExposition, writeExposition } from './exposition/write-exposition.ts';
export type { LogRecord, LogSink, LogValue } from './logs/log-record.ts';
export type { Counter } from './metrics/counter.ts';
export type { Gauge } from './metrics/gauge.ts';
export { growingBounds, type Histogram, secondsBounds } from './metrics/histogram.ts';
export type { Labelled, Labels, OverflowBehaviour } from './metrics/labelled.ts';
export type {
  HistogramFamily,
  HistogramReading,
  MetricDescription,
  MetricFamily,
  NumberFamily,
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
export {
  type HistogramOptions,
  type LabelOptions,
  type MetricOptions,
  type MetricReadFailedEvent,
  MetricRegistry,
  metricReadFailed,
  type ObservedOptions,
  type ObservedSeries,
} from './metrics/metric-registry.ts';
export { observeProcess, type ProcessMetrics } from './process/process-metrics.ts';
export type { InstrumentationScope, Resource } from './resource/resource.ts';
export { type TelemetryErrorCode, telemetryErrors } from './telemetry-errors.ts';
export type { SpanEvent, SpanLinkRecord, SpanRecord, SpanSink } from './trace/span-record.ts';
