import type { BatchSink } from '../../src/otlp/batch-sink.ts';
import type { LogBatch } from '../../src/otlp/log-batch.ts';
import type { MetricBatch } from '../../src/otlp/metric-batch.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import type { SpanBatch } from '../../src/otlp/span-batch.ts';

/** Keeps what it is given; `failure` is what it throws instead. */
export class CollectingSink implements BatchSink {
  readonly spans: SpanBatch[] = [];
  readonly logs: LogBatch[] = [];
  readonly metrics: MetricBatch[] = [];
  readonly refusals: Record<Signal, number> = { spans: 0, logs: 0, metrics: 0 };
  failure: Error | undefined;

  async addSpans(batch: SpanBatch): Promise<void> {
    this.#add(this.spans, batch);
  }

  async addLogs(batch: LogBatch): Promise<void> {
    this.#add(this.logs, batch);
  }

  async addMetrics(batch: MetricBatch): Promise<void> {
    this.#add(this.metrics, batch);
  }

  refused(signal: Signal, count: number): void {
    this.refusals[signal] += count;
  }

  #add<Batch>(batches: Batch[], batch: Batch): void {
    if (this.failure !== undefined) throw this.failure;
    batches.push(batch);
  }
}
