import type { RejectionFacts } from '../pipeline/rejection.ts';
import {
  type LimitAlgorithm,
  type LimitBounds,
  type Round,
  type RoundSettings,
  windowsOf,
} from './limit-algorithm.ts';

/** After how many rounds for each call of the limit the least latency is measured anew. */
const roundsPerProbe = 22;

/**
 * TCP Vegas (Brakmo and Peterson, 1995) for calls, with the constants of Netflix' concurrency-limits: it takes the
 * least mean latency of a round for the latency without a queue, and keeps the calls that queue by that reckoning,
 * `limit * (1 - least / latency)`, between 3 and 6 (times the decimal order of the limit).
 */
export class VegasLimit implements LimitAlgorithm {
  readonly rounds: RoundSettings = windowsOf(1_000_000);
  limit: number;
  private readonly bounds: LimitBounds;
  private minLatency = 0;
  private roundsSinceProbe = 0;

  constructor(bounds: LimitBounds) {
    this.bounds = bounds;
    this.limit = bounds.initial;
  }

  update({ samples, latency: seen, drops, inFlightMax }: Round): void {
    const latency = samples === 0 ? this.minLatency : seen;
    this.roundsSinceProbe++;
    const probe = this.roundsSinceProbe >= roundsPerProbe * this.limit;
    if (probe || this.minLatency === 0 || latency < this.minLatency) {
      if (probe) this.roundsSinceProbe = 0;
      this.minLatency = latency;
      return;
    }
    const { min, max } = this.bounds;
    const step = this.step(latency, drops, inFlightMax);
    this.limit = Math.max(min, Math.min(max, this.limit + step));
  }

  facts(): RejectionFacts {
    return { minLatency: this.minLatency / 1_000 };
  }

  private step(latency: number, drops: number, inFlightMax: number): number {
    const order = decimalOrder(this.limit);
    if (drops > 0) return -order;
    if (inFlightMax * 2 < this.limit) return 0;
    const queued = Math.ceil(this.limit * (1 - this.minLatency / latency));
    if (queued <= order) return 6 * order;
    if (queued < 3 * order) return order;
    return queued > 6 * order ? -order : 0;
  }
}

/** The whole part of the decimal logarithm, at least 1. */
function decimalOrder(limit: number): number {
  let order = 1;
  for (let power = 100; power <= limit; power *= 10) order++;
  return order;
}
