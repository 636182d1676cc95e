import { LatencyHistogram } from './latency-histogram.ts';

/** Rate, errors, duration over a window. Durations are milliseconds. */
export interface Red {
  readonly count: number;
  /** Per second. */
  readonly rate: number;
  readonly errors: number;
  /** From 0 to 1. */
  readonly errorShare: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Counts what becomes a {@link Red}. */
export class RedTally {
  errors = 0;
  readonly durations: LatencyHistogram = new LatencyHistogram();

  /** @param duration microseconds */
  record(duration: number, failed: boolean): void {
    this.durations.record(duration);
    if (failed) this.errors++;
  }

  merge(other: RedTally): void {
    this.errors += other.errors;
    this.durations.merge(other.durations);
  }

  /** @param seconds how long was counted */
  red(seconds: number): Red {
    const { durations, errors } = this;
    const { count } = durations;
    return {
      count,
      rate: seconds > 0 ? count / seconds : 0,
      errors,
      errorShare: count === 0 ? 0 : errors / count,
      mean: durations.mean / 1_000,
      p50: durations.quantile(0.5) / 1_000,
      p95: durations.quantile(0.95) / 1_000,
      p99: durations.quantile(0.99) / 1_000,
      max: durations.max / 1_000,
    };
  }
}
