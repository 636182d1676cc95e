import type { LogBatch } from './log-batch.ts';
import type { MetricBatch } from './metric-batch.ts';
import type { Signal } from './signal.ts';
import type { SpanBatch } from './span-batch.ts';

/**
 * Where receivers put what they decoded. A promise resolves when the batch is taken, which is when the sender may forget
 * it. A sink that has no room throws an error of the category `overload` or `unavailable`, and the sender is told to come
 * again after its `retryAfter`; nothing of the batch was taken then.
 */
export interface BatchSink {
  addSpans(batch: SpanBatch): Promise<void>;
  addLogs(batch: LogBatch): Promise<void>;
  addMetrics(batch: MetricBatch): Promise<void>;
  /** So many items were refused, and are counted as such: they were malformed, or a sink had no room for them. */
  refused(signal: Signal, count: number): void;
}
