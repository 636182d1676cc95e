import { setImmediate } from 'node:timers/promises';
import { type Duration, invalidArgument, platformWorld, toMillis, toPositiveMicros } from '@holdfast/core';
import { metricBatches } from './metric-batches.ts';
import type { MetricSink } from './metric-points.ts';
import type { MetricRegistry } from './metric-registry.ts';

export interface MetricReaderOptions {
  readonly registry: MetricRegistry;
  readonly sink: MetricSink;
  /** Default `'60s'`, as OpenTelemetry has it. */
  readonly interval?: Duration;
  /** How long a reading may take until all of it is sent; what is not by then is given up. Default `'30s'`. */
  readonly timeout?: Duration;
}

/**
 * Reads a registry again and again, and sends what it says. One reading at a time: while one takes longer than the interval,
 * the next waits. Does not keep the process alive.
 */
export class MetricReader {
  readonly #registry: MetricRegistry;
  readonly #sink: MetricSink;
  readonly #timeout: number;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  /** The one that flushes wait for while another is under way. */
  #next: Promise<void> | undefined;

  /** Begins to read; first after one interval. @throws HoldfastError INVALID_ARGUMENT for a bad option. */
  constructor({ interval = '60s', registry, sink, timeout = '30s' }: MetricReaderOptions) {
    this.#registry = registry;
    this.#sink = sink;
    this.#timeout = delayOf(timeout, 'timeout');
    this.#timer = setInterval(() => void this.#tick(), delayOf(interval, 'interval')).unref();
  }

  /**
   * Reads and sends now; resolves when that is done, or was given up at the time limit. What was measured before the call is
   * in it.
   */
  flush(): Promise<void> {
    if (this.#running === undefined) return this.#tick();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#tick();
    });
    return this.#next;
  }

  /** Reads no more. Flush first if the last values matter. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): Promise<void> {
    this.#running ??= this.#send().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #send(): Promise<void> {
    const signal = AbortSignal.timeout(this.#timeout);
    for (const batch of metricBatches(this.#registry, platformWorld().clock)) {
      if (signal.aborted) return;
      await this.#sink.sendMetrics(batch, signal);
      await setImmediate();
    }
  }
}

/** The longest delay that Node's timers take. */
const delayMax = 2 ** 31 - 1;

function delayOf(duration: Duration, field: string): number {
  const millis = Math.ceil(toMillis(toPositiveMicros(duration, field)));
  if (millis > delayMax) throw invalidArgument(field, duration, 'at most 24 days');
  return millis;
}
