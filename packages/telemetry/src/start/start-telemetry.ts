import { observeOperations } from '@holdfast/core';
import { openAdminEndpoint } from '../admin/admin-endpoint.ts';
import { exemplarFilters } from '../exemplars/exemplar-sampler.ts';
import { discardingExporter } from '../export/discarding-exporter.ts';
import { observeComponents } from '../instruments/observe-components.ts';
import { StructuredLogger } from '../logs/structured-logger.ts';
import { MetricReader } from '../metrics/metric-reader.ts';
import { temporalityPreferences } from '../metrics/temporality.ts';
import { OperationMetrics } from '../red/operation-metrics.ts';
import { processResource } from '../resource/process-resource.ts';
import type { Resource } from '../resource/resource.ts';
import { observeResources } from '../resources/resource-metrics.ts';
import { alwaysOff } from '../sampling/constant.ts';
import { operationSpans } from '../trace/operation-spans.ts';
import { assembleParts, type TelemetryParts } from './assemble-parts.ts';
import { enableInstrumentations } from './enable-instrumentations.ts';
import { type Environment, isSwitchedOff, wholeNumberFrom, wordFrom } from './environment.ts';
import { observeExport } from './export-metrics.ts';
import { registerApi } from './register-api.ts';
import { RunningTelemetry } from './running-telemetry.ts';
import { showDiagnostics } from './show-diagnostics.ts';
import type { Telemetry } from './telemetry.ts';
import type { MetricsOptions, TelemetryOptions } from './telemetry-options.ts';
import { Undoing } from './undoing.ts';

/**
 * Makes this process tell what it does: its tracers, meters and loggers become those of OpenTelemetry's API, Holdfast's
 * operations become spans and metrics, and all of it is sent over OTLP. Once in a process, before anything is loaded that
 * `instrumentations` patch.
 *
 *     const telemetry = await startTelemetry({ service: 'shop', version: '1.4.0', admin: true });
 *     ...
 *     await telemetry.shutdown();
 *
 * With `OTEL_SDK_DISABLED=true` nothing is registered, sent or opened.
 *
 * @throws HoldfastError INVALID_ARGUMENT; TELEMETRY_STARTED; what `listen` fails with where the admin port is taken.
 */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
  const environment = options.environment ?? process.env;
  const undoing = new Undoing();
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') {
    const resource = processResource(options, environment);
    const nothing = { ...options, exporter: discardingExporter, sampler: alwaysOff };
    return new RunningTelemetry(assembleParts(nothing, environment, resource), undefined, undoing);
  }
  try {
    return await start(options, environment, undoing);
  } catch (error) {
    await undoing.all().catch(() => {});
    throw error;
  }
}

async function start(
  options: TelemetryOptions,
  environment: Environment,
  undoing: Undoing,
): Promise<Telemetry> {
  showDiagnostics(environment, undoing);
  const resource = await withAdmin(options, processResource(options, environment), undoing);
  const parts = assembleParts(options, environment, resource);
  registerApi(parts, undoing);
  const metrics = isSwitchedOff(environment, 'OTEL_METRICS_EXPORTER') ? false : (options.metrics ?? {});
  const reader = metrics === false ? undefined : readMetrics(parts, metrics, environment, undoing);
  observeAll(parts, options, metrics !== false, undoing);
  enableInstrumentations(options.instrumentations ?? [], parts, undoing);
  const telemetry = new RunningTelemetry(parts, reader, undoing);
  const flush = () => void telemetry.flush();
  process.once('beforeExit', flush);
  undoing.add(() => {
    process.off('beforeExit', flush);
  });
  return telemetry;
}

/** Opens the admin endpoint where one is wanted, and has the resource say where it is. */
async function withAdmin(
  { admin = false }: TelemetryOptions,
  resource: Resource,
  undoing: Undoing,
): Promise<Resource> {
  if (admin === false) return resource;
  const { attributes } = resource;
  const version = attributes['service.version'];
  const endpoint = await openAdminEndpoint({
    service: String(attributes['service.name']),
    instance: String(attributes['service.instance.id']),
    version: version === undefined ? undefined : String(version),
    ...(admin === true ? {} : admin),
  });
  undoing.add(() => endpoint.close());
  return { attributes: { ...attributes, 'holdfast.admin.url': endpoint.url } };
}

function readMetrics(
  { exporter, registry, tracers }: TelemetryParts,
  { exemplars, host = true, interval, temporality }: MetricsOptions,
  environment: Environment,
  undoing: Undoing,
): MetricReader {
  const filter =
    exemplars ?? wordFrom(environment, 'OTEL_METRICS_EXEMPLAR_FILTER', exemplarFilters) ?? 'trace_based';
  undoing.add(registry.exemplars.begin({ filter, spans: tracers.sampledSpans }));
  if (host) {
    const resources = observeResources({ registry });
    undoing.add(() => resources.stop());
  }
  const reader = new MetricReader({
    registry,
    sink: exporter,
    interval: interval ?? wholeNumberFrom(environment, 'OTEL_METRIC_EXPORT_INTERVAL') ?? '60s',
    temporality:
      temporality ??
      wordFrom(environment, 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', temporalityPreferences) ??
      'cumulative',
  });
  undoing.add(() => reader.stop());
  return reader;
}

/** Has what Holdfast's components do become spans and logs and, where metrics are wanted, those. */
function observeAll(
  { contexts, exporter, loggers, queues, registry, serviceLevels, signals, tracers }: TelemetryParts,
  { errorMessages = false }: TelemetryOptions,
  metered: boolean,
  undoing: Undoing,
): void {
  const spans = operationSpans({ tracer: tracers.getTracer('@holdfast'), contexts, errorMessages });
  if (!metered) {
    undoing.add(observeOperations(spans));
    return;
  }
  observeExport(registry, exporter, tracers, queues);
  const logger = new StructuredLogger(loggers.getLogger('@holdfast'));
  const components = observeComponents({ registry, logger });
  undoing.add(() => components.stop());
  const listeners = [components.operations, serviceLevels, signals];
  const metrics = new OperationMetrics({ registry, inner: spans, listeners });
  undoing.add(observeOperations(metrics));
}
