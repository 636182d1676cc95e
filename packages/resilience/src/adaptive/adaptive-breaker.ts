import { CircuitBreaker, type CircuitBreakerOptions } from '../breaker/circuit-breaker.ts';
import type { Judgement } from '../judgement.ts';
import { numberBetween, wholeNumber } from '../options.ts';
import { FailureBaseline } from './failure-baseline.ts';

export interface AdaptiveBreakerOptions
  extends Omit<CircuitBreakerOptions, 'window' | 'minimumThroughput' | 'failureRate'> {
  /** How many calls it decides on. Default 100. */
  readonly windowSize?: number;
  /**
   * The share of failures that opens it as long as it does not know what is normal, and from which on failures are
   * never taken for normal. Default 0.8.
   */
  readonly initialFailureRate?: number;
  /** A rise of the share of failures below this does not matter, however significant. Default 0.1. */
  readonly riseMin?: number;
}

/** How many calls it learns from before it looks at its threshold again. */
const callsPerLook = 32;
/** Probes tell a noisy normal from a fault only if there are some. */
const defaultProbes = 10;

/**
 * A circuit breaker that learns which share of calls fails on a good day, and opens when the last calls fail
 * significantly more often. It opens for a fault of a third of the calls where hardly any fails normally, and stays
 * closed where half of them fail every day. What it cannot tell is a fault that creeps in slowly: give it an upper
 * bound by a second breaker with a fixed rate, where there is one. docs/adaptive.md has the figures.
 */
export class AdaptiveBreaker extends CircuitBreaker {
  private readonly baseline: FailureBaseline;
  private readonly riseMin: number;
  private readonly initialFailureRate: number;
  private sinceLook = 0;
  private wasClosed = true;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: AdaptiveBreakerOptions = {}) {
    const { windowSize = 100, initialFailureRate = 0.8, riseMin = 0.1, ...rest } = options;
    wholeNumber(windowSize, 'windowSize', 20, 10_000);
    super({
      name: 'adaptive-breaker',
      halfOpen: { probes: defaultProbes },
      ...rest,
      window: { type: 'count', size: windowSize },
      minimumThroughput: windowSize,
      failureRate: numberBetween(initialFailureRate, 'initialFailureRate', 0, 1),
    });
    this.initialFailureRate = initialFailureRate;
    this.riseMin = numberBetween(riseMin, 'riseMin', 0, 1);
    this.baseline = new FailureBaseline(windowSize);
  }

  /** The share of failures that it takes for normal; undefined as long as it has not seen enough. */
  get normalFailureRate(): number | undefined {
    return this.baseline.known ? this.baseline.share : undefined;
  }

  protected override record(
    permit: number,
    judgement: Judgement,
    slow: boolean,
    error: unknown,
    now: number,
  ): void {
    super.record(permit, judgement, slow, error, now);
    const closed = this.state === 'closed';
    if (closed && this.wasClosed) {
      if (judgement !== 'ignored') this.learn(judgement === 'failure');
    } else {
      this.baseline.alarm(this.initialFailureRate);
    }
    this.wasClosed = closed;
  }

  private learn(failed: boolean): void {
    this.baseline.record(failed);
    this.sinceLook++;
    if (this.sinceLook < callsPerLook || !this.baseline.known) return;
    this.sinceLook = 0;
    this.reconfigure({ failureRate: this.baseline.threshold(this.riseMin) });
  }
}

/** Makes a circuit breaker with a threshold of its own finding. See {@link AdaptiveBreaker}. */
export function adaptiveBreaker(options?: AdaptiveBreakerOptions): AdaptiveBreaker {
  return new AdaptiveBreaker(options);
}
