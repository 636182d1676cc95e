export type * from './admin/admin-api.ts';
export { AsyncContextManager } from './context/async-context-manager.ts';
export { suppressTracing } from './context/context-with-span.ts';
export {
  type ExpositionFormat,
  negotiateFormat,
  openMetricsFormat,
  textFormat,
} from './exposition/exposition-format.ts';
export { streamExposition, writeExposition } from './exposition/write-exposition.ts';
export type { LogRecord, LogSink, LogValue } from './logs/log-record.ts';
export { LoggerProvider, type LoggerProviderOptions } from './logs/logger-provider.ts';
export { type PinoStream, type PinoStreamOptions, pinoMixin, pinoStream } from './logs/pino-stream.ts';
export type { LogLevel } from './logs/severity.ts';
export { type LogFacts, StructuredLogger } from './logs/structured-logger.ts';
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
export type { InstrumentationScope, Resource } from './resource/resource.ts';
export { type AdaptiveOptions, adaptive } from './sampling/adaptive.ts';
export { alwaysOff, alwaysOn } from './sampling/constant.ts';
export { errorsAlways } from './sampling/errors-always.ts';
export { type ParentBasedOptions, parentBased } from './sampling/parent-based.ts';
export { prioritised, type SamplingRule } from './sampling/prioritised.ts';
export type { SampledParent, Sampler, SamplingDecision } from './sampling/sampler.ts';
export { traceRatio } from './sampling/trace-ratio.ts';
export { type TelemetryErrorCode, telemetryErrors } from './telemetry-errors.ts';
export type { HeldLimits } from './trace/held-traces.ts';
export { operationSpans } from './trace/operation-spans.ts';
export type { SpanLimits } from './trace/span-limits.ts';
export type { SpanEvent, SpanLinkRecord, SpanRecord, SpanSink } from './trace/span-record.ts';
export type { ActiveContexts } from './trace/tracer.ts';
export { TracerProvider, type TracerProviderOptions } from './trace/tracer-provider.ts';
