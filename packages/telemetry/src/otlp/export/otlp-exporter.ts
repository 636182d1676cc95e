import { platformWorld } from '@holdfast/core';
import type { TelemetryExporter } from '../../export/telemetry-exporter.ts';
import type { LogRecord } from '../../logs/log-record.ts';
import type { MetricBatch } from '../../metrics/metric-points.ts';
import type { Resource } from '../../resource/resource.ts';
import type { SpanRecord } from '../../trace/span-record.ts';
import { logFormat } from '../encode/encode-logs.ts';
import { metricFormat } from '../encode/encode-metrics.ts';
import { spanFormat } from '../encode/encode-spans.ts';
import { type ItemFormat, otlpRequest, type Scoped } from '../encode/otlp-request.ts';
import type { ExportFigures } from './export-figures.ts';
import {
  type OtlpExporterOptions,
  type OtlpExporterSettings,
  otlpExporterSettings,
  type Signal,
} from './otlp-exporter-options.ts';
import { RequestBatcher } from './request-batcher.ts';
import { SignalLane } from './signal-lane.ts';

/**
 * Sends telemetry over OTLP/HTTP, by its specification: batches in protobuf or JSON, one request a signal at a time, repeated
 * when the receiver says that it may be, after its `Retry-After` or ever longer pauses. What waits is bounded in items and
 * bytes; what is dropped is counted.
 */
export class OtlpExporter implements TelemetryExporter {
  readonly #resource: Resource;
  readonly #settings: OtlpExporterSettings;
  readonly #lanes: Readonly<Record<Signal, SignalLane>>;
  readonly #spans: RequestBatcher<SpanRecord>;
  readonly #logs: RequestBatcher<LogRecord>;

  /** @throws HoldfastError INVALID_ARGUMENT. */
  constructor(resource: Resource, options: OtlpExporterOptions = {}) {
    const settings = otlpExporterSettings(options);
    const random = (): number => platformWorld().random.float();
    this.#resource = resource;
    this.#settings = settings;
    this.#lanes = {
      spans: new SignalLane('spans', settings, random),
      logs: new SignalLane('logs', settings, random),
      metrics: new SignalLane('metrics', settings, random),
    };
    this.#spans = this.#batcher(this.#lanes.spans, spanFormat);
    this.#logs = this.#batcher(this.#lanes.logs, logFormat);
  }

  /** What became of each signal's items, and what waits. */
  get figures(): Readonly<Record<Signal, ExportFigures>> {
    const { logs, metrics, spans } = this.#lanes;
    return { spans: spans.figures, logs: logs.figures, metrics: metrics.figures };
  }

  addSpan(span: SpanRecord): void {
    this.#spans.add(span);
  }

  addLog(log: LogRecord): void {
    this.#logs.add(log);
  }

  async sendMetrics(batch: MetricBatch, signal: AbortSignal): Promise<boolean> {
    const items = batch.metrics.reduce((count, { points }) => count + points.length, 0);
    const lane = this.#lanes.metrics;
    const request = otlpRequest(this.#settings.encoding, this.#resource, metricFormat(batch));
    try {
      for (const metric of batch.metrics) request.add(metric);
    } catch (error) {
      lane.refuse({ items }, error);
      return false;
    }
    let arrived = false;
    await unlessAborted(signal, (done) => {
      const settled = (well: boolean): void => {
        arrived = well;
        done();
      };
      lane.push({ items, body: request.finish(), signal, settled });
    });
    return arrived;
  }

  async flush(signal: AbortSignal): Promise<void> {
    this.#spans.seal();
    this.#logs.seal();
    const lanes = Object.values(this.#lanes);
    await Promise.all(lanes.map((lane) => unlessAborted(signal, (idle) => lane.whenIdle(idle))));
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    await this.flush(signal);
    for (const lane of Object.values(this.#lanes)) lane.end();
  }

  /** What cannot be encoded, such as a foreign trace state that throws, is refused. */
  #batcher<Item extends Scoped>(lane: SignalLane, format: ItemFormat<Item>): RequestBatcher<Item> {
    const { batchItems, encoding, interval } = this.#settings;
    return new RequestBatcher({
      request: otlpRequest(encoding, this.#resource, format),
      size: batchItems,
      interval,
      send: (items, body) => lane.push({ items, body }),
      refuse: (error) => lane.refuse({ items: 1 }, error),
    });
  }
}

/** Resolves when `start` calls what it is given, or when `signal` aborts. */
function unlessAborted(signal: AbortSignal, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) resolve();
    else {
      signal.addEventListener('abort', done);
      start(done);
    }
  });
}
