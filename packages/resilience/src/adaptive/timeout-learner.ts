import { LatencyHistogram } from './latency-histogram.ts';

/** Settings in whole microseconds; `share` is the percentile as a share of 1. */
export interface TimeoutSettings {
  readonly share: number;
  readonly factor: number;
  readonly min: number;
  readonly max: number;
  readonly window: number;
}

/** One call in so many waits for `max`, to learn whether the others would have been answered. */
const explorerEvery = 16;
/** Records between two looks at the histogram. */
const recordsPerLook = 16;
/** Weight that the histogram must hold before it counts. */
const totalMin = 100;

/**
 * Learns how long to wait for an answer: `factor` times a percentile of the recent latencies. A call that timed out
 * does not say how long it would have taken, so every 16th call is given `max`, and what it finds beyond the limit
 * counts for all 16. Hence calls that hang do not drive the limit up, and calls that became slower do. Pure.
 */
export class TimeoutLearner {
  /** Microseconds that most calls are given. */
  limit: number;
  private readonly settings: TimeoutSettings;
  private readonly histogram: LatencyHistogram;
  private calls = 0;
  private records = 0;

  constructor(settings: TimeoutSettings) {
    this.settings = settings;
    this.limit = settings.max;
    this.histogram = new LatencyHistogram(settings.window);
  }

  /** How long the next call may take. */
  next(): number {
    this.calls++;
    return this.calls % explorerEvery === 0 ? this.settings.max : this.limit;
  }

  /** A call was answered after `latency`. */
  answered(latency: number, now: number): void {
    this.histogram.record(latency, latency > this.limit ? explorerEvery : 1, now);
    this.records++;
    if (latency <= this.limit && this.records % recordsPerLook !== 0) return;
    if (this.histogram.total < totalMin) return;
    const { share, factor, min, max } = this.settings;
    this.limit = Math.max(min, Math.min(max, Math.ceil(this.histogram.quantile(share) * factor)));
  }
}
