import { type Clock, invalidArgument } from '@holdfast/core';
import { wholeNumber } from '../options.ts';
import { type LimiterAlgorithm, limiterCore } from './algorithm.ts';
import type { LimiterCore, RateLimit } from './limiter-core.ts';

/** What a limiter has granted, as plain data for another process, whose clock is another. */
export interface LimiterState {
  readonly version: 1;
  readonly algorithm: LimiterAlgorithm;
  /** The limit under which it was used; microseconds. */
  readonly rate: RateLimit;
  /** When it was exported: milliseconds since the Unix epoch. */
  readonly exportedAt: number;
  /** The numbers of the algorithm, times being relative to `exportedAt`. */
  readonly used: readonly number[];
}

export function exportState(
  core: LimiterCore,
  algorithm: LimiterAlgorithm,
  rate: RateLimit,
  clock: Clock,
): LimiterState {
  return {
    version: 1,
    algorithm,
    rate: { ...rate },
    exportedAt: clock.wall(),
    used: core.save(0, clock.now()),
  };
}

/**
 * Puts `state` into slot 0 of `core`, converted to its limit. The time in between counts, by the wall clocks; one
 * that went back counts as none.
 *
 * @throws HoldfastError INVALID_ARGUMENT, changing nothing, when `state` is not of this algorithm, or damaged.
 */
export function restoreState(
  core: LimiterCore,
  algorithm: LimiterAlgorithm,
  rate: RateLimit,
  clock: Clock,
  state: LimiterState,
): void {
  if (state.version !== 1) throw invalidArgument('state.version', state.version, '1');
  if (state.algorithm !== algorithm)
    throw invalidArgument('state.algorithm', state.algorithm, `'${algorithm}'`);
  const { limit, period, burst } = state.rate;
  const before = limiterCore(algorithm, {
    limit: wholeNumber(limit, 'state.rate.limit', 1),
    period: wholeNumber(period, 'state.rate.period', 1),
    burst: wholeNumber(burst, 'state.rate.burst', 1),
  });
  const now = clock.now();
  const elapsed = Math.max(
    0,
    Math.round((clock.wall() - wholeNumber(state.exportedAt, 'state.exportedAt', 0)) * 1_000),
  );
  before.load(0, now - elapsed, state.used);
  before.reconfigure(now, rate);
  core.load(0, now, before.save(0, now));
}
