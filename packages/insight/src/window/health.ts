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
/** A share of errors that is a failure, however usual it is. */
const failingFrom = 0.2;
/** Errors beyond the usual share, from which on something is degraded. */
const degradedBeyond = 0.01;
/** Slow is what takes this many times as long as before, and longer by so many milliseconds. */
const slowFactor = 2;
const slowBeyond = 10;

/** A window as a whole, its end, and what was usual before the end. */
export interface JudgedWindow {
  readonly whole: Red;
  readonly end: Red;
  readonly before: Red | undefined;
  /** A word for the end, such as `now`, for reasons that speak of it alone: figures of the whole are others. */
  readonly endName?: string | undefined;
}

/**
 * Judges a window by its end. Where too little happened there the whole is judged; and what failed over the whole is never
 * quite well, though it recovered.
 */
export function judgeWindow({ whole, end, before, endName }: JudgedWindow): HealthVerdict {
  if (end.count < requestsMin) return judgeHealth(whole);
  const verdict = judgeHealth(end, before, endName);
  if (verdict.health !== 'healthy' || judgeHealth(whole).health !== 'failing') return verdict;
  const [all, now] = [percent(whole.errorShare), percent(end.errorShare)];
  return { health: 'degraded', reason: `${all} of requests failed, ${now} at the end` };
}

/** Judges by itself, or against what is usual where `base` is known; `name` is a word for when it was. */
export function judgeHealth(red: Red, base?: Red, name?: string): HealthVerdict {
  if (red.count === 0) return { health: 'idle', reason: undefined };
  const comparable = base !== undefined && base.count >= requestsMin;
  const usual = comparable ? base.errorShare : 0;
  const beyond = red.errorShare - usual;
  const fails = red.errorShare >= failingFrom;
  const when = name === undefined ? '' : ` ${name}`;
  if (red.errors > 1 && red.count >= requestsMin && (fails || beyond >= degradedBeyond)) {
    const before = comparable ? `, ${percent(usual)} before` : '';
    const health = fails ? 'failing' : 'degraded';
    return { health, reason: `${percent(red.errorShare)} of requests fail${when}${before}` };
  }
  if (comparable && red.count >= requestsMin) {
    const slow = red.p95 > base.p95 * slowFactor && red.p95 > base.p95 + slowBeyond;
    if (slow) {
      return {
        health: 'degraded',
        reason: `p95 is ${milliseconds(red.p95)}${when}, ${milliseconds(base.p95)} before`,
      };
    }
  }
  return { health: 'healthy', reason: undefined };
}
