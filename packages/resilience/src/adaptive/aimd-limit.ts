import type { RejectionFacts } from '../pipeline/rejection.ts';
import {
  type LimitAlgorithm,
  type LimitBounds,
  type Round,
  type RoundSettings,
  windowsOf,
} from './limit-algorithm.ts';

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the Increase and Decrease Algorithms", 1989):
 * one more after each round that used at least half of the limit, a tenth less after one with a drop. It hears of
 * overload by failures and time-outs alone.
 */
export class AimdLimit implements LimitAlgorithm {
  readonly rounds: RoundSettings = windowsOf(100_000);
  limit: number;
  private readonly bounds: LimitBounds;

  constructor(bounds: LimitBounds) {
    this.bounds = bounds;
    this.limit = bounds.initial;
  }

  update({ drops, inFlightMax }: Round): void {
    const { min, max } = this.bounds;
    if (drops > 0) this.limit = Math.max(min, Math.min(this.limit - 1, Math.floor(this.limit * 0.9)));
    else if (inFlightMax * 2 >= this.limit) this.limit = Math.min(max, this.limit + 1);
  }

  facts(): RejectionFacts {
    return {};
  }
}
