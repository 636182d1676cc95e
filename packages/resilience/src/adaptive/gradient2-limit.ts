import type { RejectionFacts } from '../pipeline/rejection.ts';
import {
  type LimitAlgorithm,
  type LimitBounds,
  type Round,
  type RoundSettings,
  windowsOf,
} from './limit-algorithm.ts';

/** Rounds that the long-term mean covers. */
const longWindow = 600;
/** Rounds of which the long-term mean is a plain mean at first. */
const warmUp = 10;
const tolerance = 1.5;
const smoothing = 0.2;
/** Calls that may queue. */
const queueSize = 4;

/**
 * Gradient2 of Netflix' concurrency-limits: compares the latency of a round with its long-term mean; while the
 * latency is more than `tolerance` above, the limit shrinks by their ratio, otherwise it grows by `queueSize`, both
 * smoothed. It ignores failures.
 */
export class Gradient2Limit implements LimitAlgorithm {
  readonly rounds: RoundSettings = windowsOf(100_000);
  limit: number;
  private readonly bounds: LimitBounds;
  private longTerm = 0;
  private count = 0;
  private gradient = 1;

  constructor(bounds: LimitBounds) {
    this.bounds = bounds;
    this.limit = bounds.initial;
  }

  update({ samples, latency, inFlightMax }: Round): void {
    if (samples === 0) return;
    this.learn(latency);
    if (inFlightMax * 2 < this.limit) return;
    this.gradient = Math.max(0.5, Math.min(1, (tolerance * this.longTerm) / latency));
    const wanted = this.limit * this.gradient + queueSize;
    const { min, max } = this.bounds;
    this.limit = Math.max(min, Math.min(max, this.limit * (1 - smoothing) + wanted * smoothing));
  }

  facts(): RejectionFacts {
    return { longTermLatency: this.longTerm / 1_000, gradient: this.gradient };
  }

  private learn(latency: number): void {
    this.count++;
    const weight = this.count <= warmUp ? 1 / this.count : 2 / (longWindow + 1);
    this.longTerm += (latency - this.longTerm) * weight;
    // After long overload, back to normal at once rather than by the slow mean.
    if (this.longTerm > 2 * latency) this.longTerm *= 0.9;
  }
}
