import { type Clock, invalidArgument } from '@holdfast/core';
import { wholeNumber } from '../options.ts';
import { type LimiterAlgorithm, limiterCore } from './algorithm.ts';
import type { LimiterCore, RateLimit } from './limiter-core.ts';

/** What every exported state of a limiter says: plain data for another process, whose clock is another. */
export interface LimiterStateHead {
  readonly version: 1;
  readonly algorithm: LimiterAlgorithm;
  /** The limit under which it was used; microseconds. */
  readonly rate: RateLimit;
  /** When it was exported: milliseconds since the Unix epoch. */
  readonly exportedAt: number;
}

/** What a limiter has granted. */
export interface LimiterState extends LimiterStateHead {
  /** The numbers of the algorithm, times being relative to `exportedAt`. */
  readonly used: readonly number[];
}

/** What a limiter with keys has granted to each that has used any. */
export interface KeyedLimiterState extends LimiterStateHead {
  /** Each key and its numbers, the least recently used first. */
  readonly keys: readonly (readonly [key: string, used: readonly number[]])[];
}

export function exportHead(algorithm: LimiterAlgorithm, rate: RateLimit, clock: Clock): LimiterStateHead {
  return { version: 1, algorithm, rate: { ...rate }, exportedAt: clock.wall() };
}

/**
 * Puts exported numbers into a core of today's limit, converting them where the limit was another. The time in
 * between counts, by the wall clocks; one that went back counts as none.
 */
export class LimiterStateReader {
  private readonly before: LimiterCore;
  private readonly rateBefore: RateLimit;
  private readonly rate: RateLimit;
  private readonly now: number;
  private readonly elapsed: number;

  /** @throws HoldfastError INVALID_ARGUMENT when `head` is not of this algorithm, or damaged. */
  constructor(head: LimiterStateHead, algorithm: LimiterAlgorithm, rate: RateLimit, clock: Clock) {
    if (head.version !== 1) throw invalidArgument('state.version', head.version, '1');
    if (head.algorithm !== algorithm)
      throw invalidArgument('state.algorithm', head.algorithm, `'${algorithm}'`);
    const { limit, period, burst } = head.rate;
    this.rateBefore = {
      limit: wholeNumber(limit, 'state.rate.limit', 1),
      period: wholeNumber(period, 'state.rate.period', 1),
      burst: wholeNumber(burst, 'state.rate.burst', 1),
    };
    this.before = limiterCore(algorithm, this.rateBefore);
    this.rate = rate;
    this.now = clock.now();
    const exportedAt = wholeNumber(head.exportedAt, 'state.exportedAt', 0);
    this.elapsed = Math.max(0, Math.round((clock.wall() - exportedAt) * 1_000));
  }

  /** @throws HoldfastError INVALID_ARGUMENT when the numbers are damaged. */
  check(used: readonly number[]): void {
    this.before.load(0, this.now - this.elapsed, used);
  }

  /**
   * Puts `used` into `slot` of `core`.
   *
   * @throws HoldfastError INVALID_ARGUMENT, changing nothing, when the numbers are damaged.
   */
  read(used: readonly number[], core: LimiterCore, slot: number): void {
    this.check(used);
    this.before.reconfigure(this.now, this.rate);
    core.load(slot, this.now, this.before.save(0, this.now));
    this.before.reconfigure(this.now, this.rateBefore);
  }
}
