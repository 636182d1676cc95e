export type * from './admin/admin-api.ts';
export {
  type AdminClient,
  type AdminClientOptions,
  type AdminSagaFilter,
  adminClient,
} from './admin/admin-client.ts';
export { type AdminEndpoint, openAdminEndpoint } from './admin/admin-endpoint.ts';
export type { AdminEndpointOptions } from './admin/admin-options.ts';
export { AsyncContextManager } from './context/async-context-manager.ts';
export { suppressTracing } from './context/context-with-span.ts';
export type { Exemplar, ExemplarSpan } from './exemplars/exemplar.ts';
export type {
  ActiveSpans,
  ExemplarFilter,
  ExemplarOptions,
  ExemplarSampler,
} from './exemplars/exemplar-sampler.ts';
export type { ExemplarSlots } from './exemplars/exemplar-slots.ts';
export type { TelemetryExporter } from './export/telemetry-exporter.ts';
export {
  type ExpositionFormat,
  negotiateFormat,
  openMetricsFormat,
  textFormat,
} from './exposition/exposition-format.ts';
export { streamExposition, writeExposition } from './exposition/write-exposition.ts';
export {
  type ComponentInstruments,
  type ObserveComponentsOptions,
  observeComponents,
} from './instruments/observe-components.ts';
export type { LogRecord, LogSink, LogValue } from './logs/log-record.ts';
export { LoggerProvider, type LoggerProviderOptions } from './logs/logger-provider.ts';
export { type PinoStream, type PinoStreamOptions, pinoMixin, pinoStream } from './logs/pino-stream.ts';
export type { LogLevel } from './logs/severity.ts';
export { type LogFacts, StructuredLogger } from './logs/structured-logger.ts';
export { MeterProvider, type MeterProviderOptions } from './meter/meter-provider.ts';
export type {
  Aggregation,
  AttributeFilter,
  InstrumentKind,
  InstrumentSelector,
  View,
} from './meter/view.ts';
export type { BucketCounts } from './metrics/bucket-range.ts';
export type { Counter } from './metrics/counter.ts';
export type { MetricOptions } from './metrics/describe-metric.ts';
export type { ExponentialBuckets, ExponentialCounts } from './metrics/exponential-buckets.ts';
export type { Extremes } from './metrics/extremes.ts';
export type { Gauge } from './metrics/gauge.ts';
export type { Histogram } from './metrics/histogram.ts';
export type { HistogramAggregation } from './metrics/histogram-aggregation.ts';
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
  type ExponentialPoint,
  type ExponentialPoints,
  type ExtremeValues,
  type GaugePoints,
  type HistogramPoint,
  type HistogramPoints,
  type MetricBatch,
  type MetricIdentity,
  type MetricPoints,
  type MetricSink,
  metricBatchPoints,
  type NumberPoint,
  type PointFacts,
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
export type { Temporality, TemporalityPreference } from './metrics/temporality.ts';
export { ToldSeries } from './metrics/told-series.ts';
export type { DropReason, ExportFigures } from './otlp/export/export-figures.ts';
export { OtlpExporter } from './otlp/export/otlp-exporter.ts';
export type { OtlpExporterOptions } from './otlp/export/otlp-exporter-options.ts';
export { observeProcess, type ProcessMetrics } from './process/process-metrics.ts';
export { takeProfile } from './profiles/take-profile.ts';
export {
  type Carrier,
  type HeaderRecord,
  type HeadersLike,
  headersCarrier,
  type MetadataLike,
  metadataCarrier,
  recordCarrier,
} from './propagation/carriers.ts';
export { type PropagatorName, propagators } from './propagation/propagators.ts';
export {
  GoldenSignals,
  type GoldenSignalsOptions,
  type Saturation,
  type Signals,
} from './red/golden-signals.ts';
export {
  type OperationListener,
  OperationMetrics,
  type OperationMetricsOptions,
} from './red/operation-metrics.ts';
export { SpanMetrics, type SpanMetricsOptions } from './red/span-metrics.ts';
export type { InstrumentationScope, Resource } from './resource/resource.ts';
export { type ObservedQueue, QueueMetrics } from './resources/queue-metrics.ts';
export {
  observeResources,
  type ResourceMetrics,
  type ResourceMetricsOptions,
} from './resources/resource-metrics.ts';
export { type AdaptiveOptions, adaptive } from './sampling/adaptive.ts';
export { alwaysOff, alwaysOn } from './sampling/constant.ts';
export { errorsAlways } from './sampling/errors-always.ts';
export { type ParentBasedOptions, parentBased } from './sampling/parent-based.ts';
export { prioritised, type SamplingRule } from './sampling/prioritised.ts';
export type { SampledParent, Sampler, SamplingDecision } from './sampling/sampler.ts';
export { traceRatio } from './sampling/trace-ratio.ts';
export { type BurnAlertOptions, burnAlerts } from './slo/burn-alert.ts';
export {
  type AlertStatus,
  type BurnRate,
  type ObjectiveBurningEvent,
  type ObjectiveOptions,
  type ObjectiveStatus,
  objectiveBurning,
  type ServiceLevelObjective,
} from './slo/service-level-objective.ts';
export { type ServiceLevelOptions, ServiceLevels, type ServiceLevelsOptions } from './slo/service-levels.ts';
export type { Tally } from './slo/sliding-tally.ts';
export { startTelemetry } from './start/start-telemetry.ts';
export type { FlushOptions, Telemetry } from './start/telemetry.ts';
export type {
  AdminOptions,
  InstrumentationLike,
  LogsOptions,
  MetricsOptions,
  TelemetryOptions,
} from './start/telemetry-options.ts';
export { type TelemetryErrorCode, telemetryErrors } from './telemetry-errors.ts';
export type { HeldLimits } from './trace/held-traces.ts';
export { operationSpans } from './trace/operation-spans.ts';
export type { SampledSpans } from './trace/sampled-spans.ts';
export type { SpanLimits } from './trace/span-limits.ts';
export type { SpanEvent, SpanLinkRecord, SpanRecord, SpanSink } from './trace/span-record.ts';
export type { ActiveContexts } from './trace/tracer.ts';
export { TracerProvider, type TracerProviderOptions } from './trace/tracer-provider.ts';
