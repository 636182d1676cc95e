import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import { oneOf, wholeNumber } from '../options.ts';
import { FixedWindow } from './fixed-window.ts';
import { Gcra } from './gcra.ts';
import { LeakyBucket } from './leaky-bucket.ts';
import type { LimiterCore, RateLimit } from './limiter-core.ts';
import { SlidingLog } from './sliding-log.ts';
import { SlidingWindow } from './sliding-window.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * How a limiter counts:
 * - `token-bucket`: bursts of up to `burst`, then evenly spaced;
 * - `leaky-bucket`: evenly spaced from the start, unless `burst` allows more;
 * - `gcra`: decides as the token bucket, remembering a time instead of a level;
 * - `fixed-window`: `limit` a window; up to twice that around the edge of two windows;
 * - `sliding-window`: nearly `limit` in any period, for three numbers a key;
 * - `sliding-log`: never more than `limit` in any period, for `limit` numbers a key.
 */
export type LimiterAlgorithm =
  | 'token-bucket'
  | 'leaky-bucket'
  | 'gcra'
  | 'fixed-window'
  | 'sliding-window'
  | 'sliding-log';

/** How much a limiter allows. */
export interface RateLimitOptions {
  /** Permits per period, a whole number. */
  readonly limit: number;
  readonly period: Duration;
  /** The most permits that a bucket grants at one instant. Default `limit`; 1 for the leaky bucket. Only for buckets. */
  readonly burst?: number;
}

const cores: {
  readonly [A in LimiterAlgorithm]: new (
    rate: RateLimit,
    slots: number,
  ) => LimiterCore;
} = {
  'token-bucket': TokenBucket,
  'leaky-bucket': LeakyBucket,
  gcra: Gcra,
  'fixed-window': FixedWindow,
  'sliding-window': SlidingWindow,
  'sliding-log': SlidingLog,
};

export const limiterAlgorithms: readonly LimiterAlgorithm[] = Object.keys(cores) as LimiterAlgorithm[];

/** The core of `algorithm`, with cleared slots. */
export function limiterCore(algorithm: LimiterAlgorithm, rate: RateLimit, slots = 1): LimiterCore {
  const core = new cores[oneOf(algorithm, 'algorithm', limiterAlgorithms)](rate, slots);
  for (let slot = 0; slot < slots; slot++) core.clear(slot);
  return core;
}

/** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
export function rateLimitOf(algorithm: LimiterAlgorithm, options: RateLimitOptions): RateLimit {
  const limit = wholeNumber(options.limit, 'limit', 1);
  const period = toPositiveMicros(options.period, 'period');
  if (algorithm.endsWith('bucket') || algorithm === 'gcra') {
    const burst = options.burst ?? (algorithm === 'leaky-bucket' ? 1 : limit);
    return { limit, period, burst: wholeNumber(burst, 'burst', 1) };
  }
  if (options.burst === undefined) return { limit, period, burst: limit };
  throw invalidArgument('burst', options.burst, `left out: a ${algorithm} grants up to its limit at once`);
}
