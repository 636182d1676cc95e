import type { Duration, World } from '@holdfast/core';
import type { Attributes } from '@opentelemetry/api';
import type { ExemplarFilter } from '../exemplars/exemplar-sampler.ts';
import type { TelemetryExporter } from '../export/telemetry-exporter.ts';
import type { LogLevel } from '../logs/severity.ts';
import type { View } from '../meter/view.ts';
import type { HistogramAggregation } from '../metrics/histogram-aggregation.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { TemporalityPreference } from '../metrics/temporality.ts';
import type { PropagatorName } from '../propagation/propagators.ts';
import type { Sampler } from '../sampling/sampler.ts';
import type { ServiceLevelOptions } from '../slo/service-levels.ts';
import type { HeldLimits } from '../trace/held-traces.ts';
import type { SpanLimits } from '../trace/span-limits.ts';

/**
 * What a process tells of itself. What is left out is taken from the environment, by OpenTelemetry's variables. A signal whose
 * exporter is `none` there (`OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER`) is neither made nor sent.
 */
export interface TelemetryOptions {
  /** `service.name`. Default `OTEL_SERVICE_NAME`, or what `OTEL_RESOURCE_ATTRIBUTES` says, or `unknown_service:node`. */
  readonly service?: string;
  /** `service.version`. */
  readonly version?: string;
  /** `service.instance.id`. Default a new UUID. */
  readonly instance?: string;
  /** Further attributes of the resource, over those of `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly attributes?: Attributes;
  /**
   * Where an OTLP receiver listens over HTTP. Default `OTEL_EXPORTER_OTLP_ENDPOINT`, or `http://localhost:4318`; `false` sends
   * nothing.
   */
  readonly endpoint?: string | false;
  /** Where telemetry goes instead. */
  readonly exporter?: TelemetryExporter;
  /** Headers that are sent along, over those of `OTEL_EXPORTER_OTLP_HEADERS`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `OTEL_TRACES_SAMPLER`, or `parentBased(alwaysOn)`. */
  readonly sampler?: Sampler;
  readonly limits?: Partial<SpanLimits>;
  /** How much `errorsAlways` may hold back. */
  readonly held?: Partial<HeldLimits>;
  /** Whether spans of operations carry the messages of errors, which may hold values of users. Default false. */
  readonly errorMessages?: boolean;
  /** Default `OTEL_PROPAGATORS`, or `tracecontext` and `baggage`. */
  readonly propagators?: readonly PropagatorName[];
  /**
   * OpenTelemetry's instrumentations. Packages that they instrument have to be loaded afterwards; Node's own modules, such as
   * `node:http`, may be loaded already.
   */
  readonly instrumentations?: readonly InstrumentationLike[];
  readonly metrics?: MetricsOptions | false;
  readonly logs?: LogsOptions;
  /** The admin endpoint: on loopback, told to consoles by the attribute `holdfast.admin.url`. Default `false`. */
  readonly admin?: AdminOptions | boolean;
  /** Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where time and ids of spans and logs come from. Default: the platform's. */
  readonly world?: World;
}

export interface MetricsOptions {
  /** One that there is already. Telemetry's own metrics stay in it: for another start, give it another. */
  readonly registry?: MetricRegistry;
  /** Between two exports. Default `OTEL_METRIC_EXPORT_INTERVAL`, or 60 s. */
  readonly interval?: Duration;
  /** How instruments of OpenTelemetry's API are shown. Default each as its library says. */
  readonly views?: readonly View[];
  /** Which measurements are kept as exemplars, with their trace. Default `OTEL_METRICS_EXEMPLAR_FILTER`, or `trace_based`. */
  readonly exemplars?: ExemplarFilter;
  /** Since when exported sums and histograms count. Default `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, or `cumulative`. */
  readonly temporality?: TemporalityPreference;
  /**
   * How histograms are sent. Default `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`, or `explicit_bucket_histogram`. A
   * {@link registry} that there is already says so itself.
   */
  readonly histogramAggregation?: HistogramAggregation;
  /** Whether to measure what the process lives on: CPU, memory, event loop and so on. Default true. */
  readonly host?: boolean;
  /** Whether to count exported spans by name, kind and status, as the collector's connector does. Default false. */
  readonly spans?: boolean;
  /** The operations that golden signals are about: those that callers of the service begin. Default all. */
  readonly operations?: readonly string[];
  /** Service level objectives of its operations. Default none. */
  readonly objectives?: readonly ServiceLevelOptions[];
}

export interface LogsOptions {
  /** The least level that is sent. Default `trace`: everything. */
  readonly level?: LogLevel;
}

export interface AdminOptions {
  /** Default 0: one that is free. */
  readonly port?: number;
  /** Default the environment's `HOLDFAST_ADMIN_TOKEN`; without one, what changes something is refused. */
  readonly token?: string;
}

/** What is needed of an `Instrumentation` of OpenTelemetry's. */
export interface InstrumentationLike {
  // biome-ignore lint/suspicious/noExplicitAny: of whatever version of the API it was made for.
  setTracerProvider(provider: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  setMeterProvider(provider: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  setLoggerProvider?(provider: any): void;
  getModuleDefinitions?(): readonly { readonly name: string }[];
  enable(): void;
  disable(): void;
}
