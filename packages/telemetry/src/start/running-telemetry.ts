import type { Duration } from '@holdfast/core';
import type { Tracer } from '@opentelemetry/api';
import type { LoggerProvider } from '../logs/logger-provider.ts';
import { StructuredLogger } from '../logs/structured-logger.ts';
import type { MeterProvider } from '../meter/meter-provider.ts';
import type { MetricReader } from '../metrics/metric-reader.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { OtlpExporter } from '../otlp/export/otlp-exporter.ts';
import type { GoldenSignals } from '../red/golden-signals.ts';
import type { Resource } from '../resource/resource.ts';
import type { QueueMetrics } from '../resources/queue-metrics.ts';
import type { ServiceLevels } from '../slo/service-levels.ts';
import type { TracerProvider } from '../trace/tracer-provider.ts';
import type { TelemetryParts } from './assemble-parts.ts';
import type { FlushOptions, Telemetry } from './telemetry.ts';
import { TimeLimit } from './time-limit.ts';
import type { Undoing } from './undoing.ts';

export class RunningTelemetry implements Telemetry {
  readonly #parts: TelemetryParts;
  readonly #reader: MetricReader | undefined;
  readonly #undoing: Undoing;
  #end: Promise<void> | undefined;

  /** @param reader - undefined where metrics are not exported. @param undoing - how it is taken back. */
  constructor(parts: TelemetryParts, reader: MetricReader | undefined, undoing: Undoing) {
    this.#parts = parts;
    this.#reader = reader;
    this.#undoing = undoing;
  }

  get resource(): Resource {
    return this.#parts.resource;
  }

  get tracers(): TracerProvider {
    return this.#parts.tracers;
  }

  get meters(): MeterProvider {
    return this.#parts.meters;
  }

  get loggers(): LoggerProvider {
    return this.#parts.loggers;
  }

  get metrics(): MetricRegistry {
    return this.#parts.registry;
  }

  get queues(): QueueMetrics {
    return this.#parts.queues;
  }

  get signals(): GoldenSignals {
    return this.#parts.signals;
  }

  get serviceLevels(): ServiceLevels {
    return this.#parts.serviceLevels;
  }

  get exports(): Telemetry['exports'] {
    const { exporter } = this.#parts;
    return exporter instanceof OtlpExporter ? exporter.figures : undefined;
  }

  get adminUrl(): string | undefined {
    return this.resource.attributes['holdfast.admin.url'] as string | undefined;
  }

  tracer(name: string = this.#name): Tracer {
    return this.tracers.getTracer(name, this.#version);
  }

  logger(name: string = this.#name): StructuredLogger {
    return new StructuredLogger(this.loggers.getLogger(name, this.#version));
  }

  async flush(options: FlushOptions = {}): Promise<void> {
    const limit = new TimeLimit(options.timeout ?? timeoutDefault);
    await limit.wait(() => this.#send(limit.signal));
    limit.lift();
  }

  async shutdown(options: FlushOptions = {}): Promise<void> {
    this.#end ??= this.#shutDown(new TimeLimit(options.timeout ?? timeoutDefault));
    await this.#end;
  }

  async #shutDown(limit: TimeLimit): Promise<void> {
    this.#reader?.stop();
    await limit.wait(() => this.#send(limit.signal));
    await limit.wait(() => this.#parts.exporter.shutdown(limit.signal));
    limit.lift();
    await this.#undoing.all().catch(() => {});
  }

  async #send(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#reader?.flush(), this.#parts.exporter.flush(signal)]);
  }

  get #name(): string {
    return String(this.resource.attributes['service.name']);
  }

  get #version(): string | undefined {
    const version = this.resource.attributes['service.version'];
    return version === undefined ? undefined : String(version);
  }
}

const timeoutDefault: Duration = '5s';
