import type { LogSink } from '../logs/log-record.ts';
import type { MetricSink } from '../metrics/metric-points.ts';
import type { SpanSink } from '../trace/span-record.ts';

/** Takes all telemetry of a process out of it. It never fails: what it cannot deliver it counts. */
export interface TelemetryExporter extends SpanSink, LogSink, MetricSink {
  /**
   * Sends what it holds; resolves when that has arrived or is given up.
   *
   * @param signal - gives it up.
   */
  flush(signal: AbortSignal): Promise<void>;
  /** Flushes, and takes nothing any more. */
  shutdown(signal: AbortSignal): Promise<void>;
}
