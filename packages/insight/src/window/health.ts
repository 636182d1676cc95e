import { milliseconds, percent } from '../statistics/figures.ts';
import type { Red } from '../statistics/red.ts';

/** How well something is. `idle` is what nobody has called. */
export type Health = 'healthy' | 'degraded' | 'failing' | 'idle';

export interface HealthVerdict {
  readonly health: Health;
  /** What drew it down, in a few words; undefined where nothing did. */
  readonly reason: string | undefined;
  /** It is well again: what drew it down is over. */
  readonly recovered: boolean;
}

/** Fewer requests than this tell nothing of errors or durations. */
const requestsMin = 5;
/** A share of errors that is a failure, however usual it is. */
const failingFrom = 0.2;
/** Errors beyond the usual share, from which on something is degraded. */
const degradedBeyond = 0.01;
/** Failures that go on miss the last part of the requests once in so many times. */
const lucky = 0.01;
/** Slow is what takes this many times as long as before, and longer by so many milliseconds. */
const slowFactor = 2;
const slowBeyond = 10;

/** A window as a whole, its end, and what was usual before the end. */
export interface JudgedWindow {
  readonly whole: Red;
  readonly end: Red;
  readonly before: Red | undefined;
  /** Last parts of the end, the shortest first, for whether failures go on. Default: nothing is known of them. */
  readonly last?: readonly Red[];
  /** A word for the end, such as `now`, for reasons that speak of it alone: figures of the whole are others. */
  readonly endName?: string | undefined;
}

/**
 * Judges a window by its end. Where too little happened there the whole is judged; and what failed over the whole, or at the end
 * until its last part, is never quite well, though it recovered.
 */
export function judgeWindow({ whole, end, before, last = [], endName }: JudgedWindow): HealthVerdict {
  if (end.count < requestsMin) return judgeHealth(whole);
  const over = failureOf(end, before) && last.find((part) => isOver(end, part, before));
  if (over !== undefined) return recovered(end, over);
  const verdict = judgeHealth(end, before, endName);
  if (verdict.health !== 'healthy' || judgeHealth(whole).health !== 'failing') return verdict;
  return recovered(whole, end);
}

/** Whether no failures in the last part, or hardly any, are no chance. */
function isOver({ count, errors }: Red, last: Red, before: Red | undefined): boolean {
  const missed = (1 - Math.min(1, last.count / count)) ** (errors - last.errors);
  return failureOf(last, before) === undefined && missed <= lucky;
}

function recovered(then: Red, now: Red): HealthVerdict {
  const [failed, fail] = [percent(then.errorShare), percent(now.errorShare)];
  return { health: 'degraded', reason: `${failed} of requests failed, ${fail} at the end`, recovered: true };
}

/** Judges by itself, or against what is usual where `base` is known; `name` is a word for when it was. */
export function judgeHealth(red: Red, base?: Red, name?: string): HealthVerdict {
  if (red.count === 0) return { health: 'idle', reason: undefined, recovered: false };
  return (
    failureOf(red, base, name) ??
    slownessOf(red, base, name) ?? { health: 'healthy', reason: undefined, recovered: false }
  );
}

function failureOf(red: Red, base?: Red, name?: string): HealthVerdict | undefined {
  if (red.errors <= 1 || red.count < requestsMin) return undefined;
  const usual = isComparable(base) ? base.errorShare : 0;
  const fails = red.errorShare >= failingFrom;
  if (!fails && red.errorShare - usual < degradedBeyond) return undefined;
  const before = isComparable(base) ? `, ${percent(usual)} before` : '';
  const reason = `${percent(red.errorShare)} of requests fail${when(name)}${before}`;
  return { health: fails ? 'failing' : 'degraded', reason, recovered: false };
}

function slownessOf(red: Red, base?: Red, name?: string): HealthVerdict | undefined {
  if (!isComparable(base) || red.count < requestsMin) return undefined;
  if (red.p95 <= base.p95 * slowFactor || red.p95 <= base.p95 + slowBeyond) return undefined;
  const reason = `p95 is ${milliseconds(red.p95)}${when(name)}, ${milliseconds(base.p95)} before`;
  return { health: 'degraded', reason, recovered: false };
}

function isComparable(base: Red | undefined): base is Red {
  return base !== undefined && base.count >= requestsMin;
}

function when(name: string | undefined): string {
  return name === undefined ? '' : ` ${name}`;
}
