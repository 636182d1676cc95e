import { platformWorld } from '@holdfast/core';
import { MessageWriter } from '@holdfast/transport/protobuf';
import type { TelemetryExporter } from '../../export/telemetry-exporter.ts';
import type { LogRecord } from '../../logs/log-record.ts';
import type { MetricBatch } from '../../metrics/metric-points.ts';
import type { Resource } from '../../resource/resource.ts';
import type { SpanRecord } from '../../trace/span-record.ts';
import { encodeLogs, logsJson } from '../encode/encode-logs.ts';
import { encodeMetrics, metricsJson } from '../encode/encode-metrics.ts';
import { encodeSpans, spansJson } from '../encode/encode-spans.ts';
import type { ExportFigures } from './export-figures.ts';
import { ItemBatcher } from './item-batcher.ts';
import { type OtlpExporterOptions, otlpExporterSettings, type Signal } from './otlp-exporter-options.ts';
import type { Parcel } from './payload.ts';
import { SignalLane } from './signal-lane.ts';

/**
 * Sends telemetry over OTLP/HTTP, by its specification: batches in protobuf or JSON, one request a signal at a time, repeated
 * when the receiver says that it may be, after its `Retry-After` or ever longer pauses. What waits is bounded in items and
 * bytes; what is dropped is counted.
 */
export class OtlpExporter implements TelemetryExporter {
  readonly #resource: Resource;
  readonly #json: boolean;
  readonly #writer = new MessageWriter();
  readonly #lanes: Readonly<Record<Signal, SignalLane>>;
  readonly #spans: ItemBatcher<SpanRecord>;
  readonly #logs: ItemBatcher<LogRecord>;

  /** @throws HoldfastError INVALID_ARGUMENT. */
  constructor(resource: Resource, options: OtlpExporterOptions = {}) {
    const settings = otlpExporterSettings(options);
    const { batchItems, interval } = settings;
    const random = (): number => platformWorld().random.float();
    this.#resource = resource;
    this.#json = settings.encoding === 'json';
    this.#lanes = {
      spans: new SignalLane('spans', settings, random),
      logs: new SignalLane('logs', settings, random),
      metrics: new SignalLane('metrics', settings, random),
    };
    this.#spans = new ItemBatcher(batchItems, interval, (spans) =>
      this.#send(
        this.#lanes.spans,
        spans.length,
        () => spansJson(resource, spans),
        (writer) => encodeSpans(writer, resource, spans),
      ),
    );
    this.#logs = new ItemBatcher(batchItems, interval, (logs) =>
      this.#send(
        this.#lanes.logs,
        logs.length,
        () => logsJson(resource, logs),
        (writer) => encodeLogs(writer, resource, logs),
      ),
    );
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
    const resource = this.#resource;
    const items = batch.metrics.reduce((count, { points }) => count + points.length, 0);
    let arrived = false;
    await unlessAborted(signal, (done) => {
      const settled = (well: boolean): void => {
        arrived = well;
        done();
      };
      this.#send(
        this.#lanes.metrics,
        items,
        () => metricsJson(resource, batch),
        (writer) => encodeMetrics(writer, resource, batch),
        { signal, settled },
      );
    });
    return arrived;
  }

  async flush(signal: AbortSignal): Promise<void> {
    this.#spans.sealAll();
    this.#logs.sealAll();
    const lanes = Object.values(this.#lanes);
    await Promise.all(lanes.map((lane) => unlessAborted(signal, (idle) => lane.whenIdle(idle))));
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    await this.flush(signal);
    for (const lane of Object.values(this.#lanes)) lane.end();
  }

  /** Encodes items and sends them. What cannot be encoded, such as a foreign trace state that throws, is refused. */
  #send(
    lane: SignalLane,
    items: number,
    json: () => string,
    write: (writer: MessageWriter) => void,
    following?: Pick<Parcel, 'signal' | 'settled'>,
  ): void {
    const payload = { items, ...following };
    try {
      lane.push({ body: this.#json ? Buffer.from(json()) : this.#written(write), ...payload });
    } catch (error) {
      lane.refuse(payload, error);
    }
  }

  /** A copy: the writer goes on to be used. */
  #written(write: (writer: MessageWriter) => void): Uint8Array {
    try {
      write(this.#writer);
      return this.#writer.written.slice();
    } finally {
      this.#writer.discard();
    }
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
