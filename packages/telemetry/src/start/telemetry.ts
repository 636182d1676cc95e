import type { Duration } from '@holdfast/core';
import type { Tracer } from '@opentelemetry/api';
import type { LoggerProvider } from '../logs/logger-provider.ts';
import type { StructuredLogger } from '../logs/structured-logger.ts';
import type { MeterProvider } from '../meter/meter-provider.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { ExportFigures } from '../otlp/export/export-figures.ts';
import type { GoldenSignals } from '../red/golden-signals.ts';
import type { Resource } from '../resource/resource.ts';
import type { QueueMetrics } from '../resources/queue-metrics.ts';
import type { ServiceLevels } from '../slo/service-levels.ts';
import type { TracerProvider } from '../trace/tracer-provider.ts';

/** Telemetry that has been started: registered with OpenTelemetry's API, until it is shut down. */
export interface Telemetry {
  readonly resource: Resource;
  readonly tracers: TracerProvider;
  readonly meters: MeterProvider;
  readonly loggers: LoggerProvider;
  readonly metrics: MetricRegistry;
  /** Its bounded queues: add those of the service. */
  readonly queues: QueueMetrics;
  /** Its golden signals: latency, traffic, errors and saturation of the last minute. */
  readonly signals: GoldenSignals;
  /** Its service level objectives, and how they stand. */
  readonly serviceLevels: ServiceLevels;
  /** What became of what it sends, by signal; undefined where it goes to an exporter of somebody else's, or nowhere. */
  readonly exports: Readonly<Record<'spans' | 'logs' | 'metrics', ExportFigures>> | undefined;
  /** Where the admin endpoint is, if there is one. */
  readonly adminUrl: string | undefined;
  /** A tracer of the service's own. */
  tracer(name?: string): Tracer;
  /** A logger of the service's own. */
  logger(name?: string): StructuredLogger;
  /**
   * Sends what there is; resolves when it has arrived or is given up.
   *
   * @throws HoldfastError INVALID_ARGUMENT for a bad timeout; it fails with nothing else.
   */
  flush(options?: FlushOptions): Promise<void>;
  /**
   * Flushes, and takes everything back that was registered. Calling it again waits for the same.
   *
   * @throws as {@link flush}.
   */
  shutdown(options?: FlushOptions): Promise<void>;
}

export interface FlushOptions {
  /** After that, what has not arrived is given up. Default 5 s. */
  readonly timeout?: Duration;
}
