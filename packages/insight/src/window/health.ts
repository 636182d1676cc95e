import { milliseconds, percent } from '../statistics/figures.ts';
import type { Red } from '../statistics/red.ts';

/** How well something is. `idle` is what nobody has called. */
export type Health = 'healthy' | 'degraded' | 'failing' | 'idle';

export interface HealthVerdict {
  readonly health: Health;
  /** What drew it down, in a few words; undefined where nothing did. */
  readonly reason: string | undefined;
}

/** Fewer requests than this tell nothing of errors or durations. */
const requestsMin = 5;
/** Errors beyond the usual share, from which on something is degraded, and failing. */
const degradedBeyond = 0.01;
const failingBeyond = 0.2;
/** Slow is what takes this many times as long as before, and longer by so many milliseconds. */
const slowFactor = 2;
const slowBeyond = 10;

/** Judges a window by itself, or against what is usual where `base` is known. */
export function judgeHealth(red: Red, base?: Red): HealthVerdict {
  if (red.count === 0) return { health: 'idle', reason: undefined };
  const comparable = base !== undefined && base.count >= requestsMin;
  const usual = comparable ? base.errorShare : 0;
  const beyond = red.errorShare - usual;
  if (red.errors > 1 && red.count >= requestsMin && beyond >= degradedBeyond) {
    const before = comparable ? `, ${percent(usual)} before` : '';
    const health = beyond >= failingBeyond ? 'failing' : 'degraded';
    return { health, reason: `${percent(red.errorShare)} of requests fail${before}` };
  }
  if (comparable && red.count >= requestsMin) {
    const slow = red.p95 > base.p95 * slowFactor && red.p95 > base.p95 + slowBeyond;
    if (slow) {
      return {
        health: 'degraded',
        reason: `p95 is ${milliseconds(red.p95)}, ${milliseconds(base.p95)} before`,
      };
    }
  }
  return { health: 'healthy', reason: undefined };
}
