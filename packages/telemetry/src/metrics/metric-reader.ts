import { setImmediate } from 'node:timers/promises';
import { type Duration, invalidArgument, platformWorld, toMillis, toPositiveMicros } from '@holdfast/core';
import { metricBatches } from './metric-batches.ts';
import type { MetricSink } from './metric-points.ts';
import type { MetricRegistry } from './metric-registry.ts';
import { type TemporalityPreference, temporalityPreferences } from './temporality.ts';
import { ToldSeries } from './told-series.ts';

export interface MetricReaderOptions {
  readonly registry: MetricRegistry;
  readonly sink: MetricSink;
  /** Default `'60s'`, as OpenTelemetry has it. */
  readonly interval?: Duration;
  /** How long a reading may take until all of it is sent; what is not by then is given up. Default `'30s'`. */
  readonly timeout?: Duration;
  /** Since when sums and histograms count. Default `cumulative`. */
  readonly temporality?: TemporalityPreference;
}

/**
 * Reads a registry again and again, and sends what it says. One reading at a time: while one takes longer than the interval,
 * the next waits. Does not keep the process alive. What one reader has told is new to every other one.
 */
export class MetricReader {
  readonly #registry: MetricRegistry;
  readonly #sink: MetricSink;
  readonly #told: ToldSeries;
  readonly #timeout: number;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  /** The one that flushes wait for while another is under way. */
  #next: Promise<void> | undefined;

  /** Begins to read; first after one interval. @throws HoldfastError INVALID_ARGUMENT for a bad option. */
  constructor(options: MetricReaderOptions) {
    const { interval = '60s', registry, sink, temporality = 'cumulative', timeout = '30s' } = options;
    if (!temporalityPreferences.includes(temporality)) {
      throw invalidArgument('temporality', temporality, "'cumulative', 'delta' or 'lowmemory'");
    }
    this.#registry = registry;
    this.#told = new ToldSeries(temporality);
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
    for (const batch of metricBatches(this.#registry, platformWorld().clock, this.#told)) {
      this.#told.settle(!signal.aborted && (await this.#sink.sendMetrics(batch, signal)));
      if (signal.aborted) return;
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
