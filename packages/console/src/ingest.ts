import type { LiveFlow } from './live/live-flow.ts';
import type { BatchSink } from './otlp/batch-sink.ts';
import type { LogBatch } from './otlp/log-batch.ts';
import type { MetricBatch } from './otlp/metric-batch.ts';
import type { ResourceEntry } from './otlp/received-batch.ts';
import type { SpanBatch } from './otlp/span-batch.ts';
import { SignalFigures } from './signal-figures.ts';
import type { TelemetryStore } from './store/telemetry-store.ts';

/** Where everything that comes in goes: into the store and, once it is durable there, into the live views. */
export class Ingest implements BatchSink {
  readonly spans: SignalFigures;
  readonly logs: SignalFigures;
  readonly metrics: SignalFigures;
  /** When something came from a resource last, by its id. Milliseconds since the Unix epoch. */
  readonly lastSeen: Map<number, number> = new Map();
  readonly #store: TelemetryStore;
  readonly #live: LiveFlow;
  readonly #now: () => number;

  constructor(store: TelemetryStore, live: LiveFlow, now: () => number) {
    this.#store = store;
    this.#live = live;
    this.#now = now;
    this.spans = new SignalFigures(now);
    this.logs = new SignalFigures(now);
    this.metrics = new SignalFigures(now);
  }

  async addSpans(batch: SpanBatch): Promise<void> {
    this.spans.receive(batch.length);
    const shapes = this.#store.book.shapesOf(batch);
    await this.#store.addSpans(batch, shapes, this.#live.known(batch));
    this.#live.add(batch, shapes);
    this.#saw(batch.resources);
    this.spans.stored += batch.length;
  }

  async addLogs(batch: LogBatch): Promise<void> {
    this.logs.receive(batch.length);
    await this.#store.addLogs(batch);
    this.#saw(batch.resources);
    this.logs.stored += batch.length;
  }

  async addMetrics(batch: MetricBatch): Promise<void> {
    this.metrics.receive(batch.length);
    const dropped = await this.#store.addMetrics(batch);
    this.#saw(batch.resources);
    this.metrics.stored += batch.length - dropped;
    this.metrics.dropped += dropped;
  }

  refused(signal: 'spans' | 'logs' | 'metrics', count: number): void {
    this[signal].refused += count;
  }

  #saw(resources: readonly ResourceEntry[]): void {
    const now = this.#now();
    for (const entry of resources) this.lastSeen.set(this.#store.book.resourceOf(entry).id, now);
  }
}
