import { platformWorld } from '@holdfast/core';
import type { TextMapPropagator } from '@opentelemetry/api';
import { AsyncContextManager } from '../context/async-context-manager.ts';
import { discardingExporter } from '../export/discarding-exporter.ts';
import type { TelemetryExporter } from '../export/telemetry-exporter.ts';
import { LoggerProvider } from '../logs/logger-provider.ts';
import { severities } from '../logs/severity.ts';
import { MeterProvider } from '../meter/meter-provider.ts';
import { histogramAggregations } from '../metrics/histogram-aggregation.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { otlpOptionsFromEnvironment } from '../otlp/export/options-from-environment.ts';
import { OtlpExporter } from '../otlp/export/otlp-exporter.ts';
import { propagators } from '../propagation/propagators.ts';
import { propagatorsFromEnvironment } from '../propagation/propagators-from-environment.ts';
import { GoldenSignals } from '../red/golden-signals.ts';
import { SpanMetrics } from '../red/span-metrics.ts';
import type { Resource } from '../resource/resource.ts';
import { QueueMetrics } from '../resources/queue-metrics.ts';
import { alwaysOff, alwaysOn } from '../sampling/constant.ts';
import { parentBased } from '../sampling/parent-based.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { samplerFromEnvironment } from '../sampling/sampler-from-environment.ts';
import { ServiceLevels } from '../slo/service-levels.ts';
import type { SpanLimits } from '../trace/span-limits.ts';
import { TracerProvider } from '../trace/tracer-provider.ts';
import { type Environment, isSwitchedOff, wholeNumberFrom, wordFrom } from './environment.ts';
import type { MetricsOptions, TelemetryOptions } from './telemetry-options.ts';

/** What telemetry is made of. Nothing of it does anything by itself. */
export interface TelemetryParts {
  readonly resource: Resource;
  readonly exporter: TelemetryExporter;
  readonly contexts: AsyncContextManager;
  readonly tracers: TracerProvider;
  readonly loggers: LoggerProvider;
  readonly registry: MetricRegistry;
  readonly meters: MeterProvider;
  readonly queues: QueueMetrics;
  readonly serviceLevels: ServiceLevels;
  readonly signals: GoldenSignals;
  readonly propagator: TextMapPropagator;
}

/** @throws HoldfastError INVALID_ARGUMENT */
export function assembleParts(
  options: TelemetryOptions,
  environment: Environment,
  resource: Resource,
): TelemetryParts {
  const { held = {}, logs, metrics, world = platformWorld() } = options;
  const exporter = exporterOf(options, environment, resource);
  const contexts = new AsyncContextManager();
  const { objectives = [], operations, spans = false, views = [] } = metrics || {};
  const registry = registryOf(metrics || {}, environment);
  const serviceLevels = new ServiceLevels({ registry, world });
  for (const objective of objectives) serviceLevels.define(objective);
  return {
    resource,
    exporter,
    contexts,
    tracers: new TracerProvider({
      sink: spans ? new SpanMetrics({ registry, sink: exporter }) : exporter,
      sampler: samplerOf(options, environment),
      limits: { ...limitsFrom(environment), ...options.limits },
      held,
      contexts,
      world,
    }),
    loggers: new LoggerProvider({
      sink: exporter,
      severityMin: isSwitchedOff(environment, 'OTEL_LOGS_EXPORTER')
        ? Number.POSITIVE_INFINITY
        : severities[logs?.level ?? 'trace'],
      contexts,
      world,
    }),
    registry,
    meters: new MeterProvider({ registry, views }),
    queues: new QueueMetrics(registry),
    serviceLevels,
    signals: new GoldenSignals({ registry, world, ...(operations === undefined ? {} : { operations }) }),
    propagator: propagators(options.propagators ?? propagatorsFromEnvironment(environment)),
  };
}

function registryOf(
  { histogramAggregation, registry }: MetricsOptions,
  environment: Environment,
): MetricRegistry {
  if (registry !== undefined) return registry;
  const variable = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';
  const told = histogramAggregation ?? wordFrom(environment, variable, histogramAggregations);
  return new MetricRegistry(told === undefined ? {} : { histogramAggregation: told });
}

function samplerOf({ sampler }: TelemetryOptions, environment: Environment): Sampler {
  if (isSwitchedOff(environment, 'OTEL_TRACES_EXPORTER')) return alwaysOff;
  return sampler ?? samplerFromEnvironment(environment) ?? parentBased(alwaysOn);
}

function limitsFrom(environment: Environment): Partial<SpanLimits> {
  const names = {
    attributes: 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    attributeLength: 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    events: 'OTEL_SPAN_EVENT_COUNT_LIMIT',
    links: 'OTEL_SPAN_LINK_COUNT_LIMIT',
  };
  const limits: Partial<Record<keyof SpanLimits, number>> = {};
  for (const [limit, name] of Object.entries(names) as [keyof SpanLimits, string][]) {
    const value = wholeNumberFrom(environment, name);
    if (value !== undefined) limits[limit] = value;
  }
  return limits;
}

function exporterOf(
  { endpoint, exporter, headers }: TelemetryOptions,
  environment: Environment,
  resource: Resource,
): TelemetryExporter {
  if (exporter !== undefined) return exporter;
  if (endpoint === false) return discardingExporter;
  const told = otlpOptionsFromEnvironment(environment);
  return new OtlpExporter(resource, {
    ...told,
    // An endpoint that is given is for all signals.
    ...(endpoint !== undefined && { endpoint, endpoints: {} }),
    headers: { ...told.headers, ...headers },
  });
}
