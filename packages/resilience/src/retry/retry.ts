import {
  type Duration,
  defineEvent,
  type EventType,
  isHoldfastError,
  platformWorld,
  Timer,
  toMicros,
  type World,
} from '@holdfast/core';
import { type JudgeOptions, judge } from '../judgement.ts';
import { numberBetween, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { Rejection } from '../pipeline/rejection.ts';
import { retryAfterOf } from '../retry-after.ts';
import { type Backoff, exponential } from './backoff.ts';
import { markRetried, marksSoFar, wasRetried } from './retried.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface RetryOptions extends JudgeOptions {
  /** Name in events. Default `retry`. */
  readonly name?: string;
  /** How often the operation runs at most, the first time included. Default 3. */
  readonly maxAttempts?: number;
  /** Default: exponential from 100 ms to 30 s with full jitter. */
  readonly backoff?: Backoff;
  /**
   * Whether repeating the operation is harmless. When false, only failures are retried that say that nothing
   * happened (`executed: 'no'` or `retryable: 'safe'`). Default true; a call may say otherwise for itself.
   */
  readonly idempotent?: boolean;
  /** Whether refusals by policies inside, such as an open breaker, are retried. Default false. */
  readonly retryRefusals?: boolean;
  /** A failure that asks to wait longer (by its `retryAfter`) is not retried. Default 1 min. */
  readonly retryAfterMax?: Duration;
  /** Bounds the retries of all calls together. */
  readonly budget?: RetryBudget;
  /** The load of the other side or of this process, 0 to 1: nothing is retried from `loadMax` on. */
  readonly load?: () => number;
  /** Default 0.9. */
  readonly loadMax?: number;
  readonly world?: World;
}

/** Why a failure is not retried. */
export type RetryStop = 'attempts' | 'not-retryable' | 'budget' | 'load' | 'retry-after' | 'deadline';

/** A failed attempt: retried after `delay` milliseconds, or given up for the reason in `stopped`. */
export interface RetryEvent {
  readonly retry: string;
  readonly attempt: number;
  readonly error: unknown;
  readonly delay: number | undefined;
  readonly stopped: RetryStop | undefined;
}

export const retryDecided: EventType<RetryEvent> = defineEvent<RetryEvent>('holdfast.retry.decided');

/**
 * Runs what is inside it again when it fails, after a growing, jittered wait, as long as attempts, budget, load and
 * deadline allow. Fails with the last failure itself. A failure that another retry policy has given up on already
 * is left alone.
 */
export class Retry extends Policy {
  override readonly kind = 'retry';
  private options: RetryOptions;
  private backoff: Backoff;
  private maxAttempts: number;
  private retryAfterMax: number;
  private loadMax: number;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: RetryOptions = {}) {
    super(options.name ?? 'retry', options.world ?? platformWorld());
    this.options = options;
    this.maxAttempts = maxAttemptsOf(options);
    this.backoff = options.backoff ?? exponential();
    this.retryAfterMax = retryAfterMaxOf(options);
    this.loadMax = loadMaxOf(options);
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    this.options.budget?.deposit(execution);
    execution.keep(index, marksSoFar());
    return 'proceed';
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    if (execution.interrupted || (execution.ok && this.options.judgeResult === undefined)) return 'pass';
    const failed = judge(execution, this.options) === 'failure' || this.isRefusal(execution);
    return failed ? this.decide(execution, index) : 'pass';
  }

  override leave(execution: Execution, index: number): void {
    const wait = execution.kept(index) as Wait;
    this.world.timers.disarm(wait);
  }

  /** Changes options while it runs; those left out stay. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(changes: Omit<RetryOptions, 'name' | 'world'>): void {
    const options = { ...this.options, ...changes };
    const [maxAttempts, retryAfterMax, loadMax] = [
      maxAttemptsOf(options),
      retryAfterMaxOf(options),
      loadMaxOf(options),
    ];
    this.options = options;
    this.maxAttempts = maxAttempts;
    this.backoff = options.backoff ?? exponential();
    this.retryAfterMax = retryAfterMax;
    this.loadMax = loadMax;
  }

  override get idle(): boolean {
    return true;
  }

  override condition(): PolicyCondition {
    const { maxAttempts } = this;
    const budget = this.options.budget?.remaining;
    return {
      alarming: budget === 0,
      figures: budget === undefined ? { maxAttempts } : { maxAttempts, budget },
    };
  }

  override describe(): PolicyDescription {
    const delaysMax = Array.from({ length: this.maxAttempts - 1 }, (_, index) =>
      this.backoff.delayMax(index + 1),
    );
    return {
      ...transparent,
      kind: this.kind,
      name: this.name,
      attemptsMax: this.maxAttempts,
      waitMax: delaysMax.reduce((sum, delay) => sum + Math.max(delay, this.retryAfterMax), 0),
      delaysMax,
    };
  }

  private isRefusal({ error }: Execution): boolean {
    return this.options.retryRefusals === true && error instanceof Rejection;
  }

  /** What it knows of a call; made when that first fails, before which it keeps only when the call came. */
  private waitOf(execution: Execution, index: number): Wait {
    const kept = execution.kept(index) as Wait | number;
    if (typeof kept !== 'number') return kept;
    const wait = new Wait(execution, index, kept);
    execution.keep(index, wait);
    return wait;
  }

  private decide(execution: Execution, index: number): ExitVerdict {
    const wait = this.waitOf(execution, index);
    const stopped = this.stop(execution, wait);
    if (retryDecided.active) this.publish(execution, wait, stopped);
    if (stopped !== undefined) {
      if (!execution.ok) {
        markRetried(execution.error);
        markRetried(execution.failure());
      }
      return 'pass';
    }
    if (wait.delay === 0) return 'again';
    this.world.timers.arm(wait, execution.now + wait.delay);
    return 'waiting';
  }

  /** Why not to retry; undefined when it retries, after `wait.delay`. */
  private stop(execution: Execution, wait: Wait): RetryStop | undefined {
    wait.retries++;
    if (wait.retries >= this.maxAttempts) return 'attempts';
    if (!this.mayRepeat(execution, wait.since)) return 'not-retryable';
    const retryAfter = retryAfterOf(execution.error);
    if (retryAfter > this.retryAfterMax) return 'retry-after';
    wait.delay = Math.max(this.backoff.delay(wait.retries, wait.delay, this.world.random), retryAfter);
    if (execution.now + wait.delay >= execution.deadlineAt) return 'deadline';
    if (this.options.load !== undefined && this.options.load() >= this.loadMax) return 'load';
    if (this.options.budget?.withdraw() === false) return 'budget';
    return undefined;
  }

  private mayRepeat(execution: Execution, since: number): boolean {
    const { error } = execution;
    if (error instanceof Rejection && error.code !== 'TIMEOUT') return true;
    const idempotent = execution.options.idempotent ?? this.options.idempotent ?? true;
    if (isHoldfastError(error)) {
      if (error.retryable === 'never') return false;
      if (wasRetried(error, since)) return false;
      return idempotent || error.retryable === 'safe' || error.executed === 'no';
    }
    return idempotent && !wasRetried(error, since);
  }

  private publish(execution: Execution, wait: Wait, stopped: RetryStop | undefined): void {
    retryDecided.publish({
      retry: this.name,
      attempt: wait.retries,
      error: execution.failure(),
      delay: stopped === undefined ? wait.delay / 1_000 : undefined,
      stopped,
    });
  }
}

/** Runs failing calls again. See {@link Retry}. */
export function retry(options?: RetryOptions): Retry {
  return new Retry(options);
}

/** What a retry policy knows of one call: how often it failed, and the wait before the next attempt. */
class Wait extends Timer {
  /** Failed attempts so far. */
  retries = 0;
  delay = 0;
  /** When the call came, in marks of {@link marksSoFar}. */
  readonly since: number;
  private readonly execution: Execution;
  private readonly index: number;

  constructor(execution: Execution, index: number, since: number) {
    super();
    this.execution = execution;
    this.index = index;
    this.since = since;
  }

  override fire(): void {
    this.execution.proceed(this.index);
  }
}

function maxAttemptsOf({ maxAttempts = 3 }: RetryOptions): number {
  return wholeNumber(maxAttempts, 'maxAttempts', 1, 1_000);
}

function retryAfterMaxOf({ retryAfterMax = '1m' }: RetryOptions): number {
  return toMicros(retryAfterMax, 'retryAfterMax');
}

function loadMaxOf({ loadMax = 0.9 }: RetryOptions): number {
  return numberBetween(loadMax, 'loadMax', 0, 1);
}
