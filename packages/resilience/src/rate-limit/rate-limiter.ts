import { platformWorld, type World } from '@holdfast/core';
import { wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type LimiterAlgorithm, limiterCore, type RateLimitOptions, rateLimitOf } from './algorithm.ts';
import { CallbackTimer } from './callback-timer.ts';
import type { LimiterCore, RateLimit } from './limiter-core.ts';
import { exportHead, type LimiterState, LimiterStateReader } from './limiter-state.ts';
import { RateLimitRejection } from './rate-limit-rejection.ts';

export interface RateLimiterOptions extends RateLimitOptions {
  /** Default `token-bucket`: it lets a burst through after a pause, evens out after it, and forgets nothing at edges. */
  readonly algorithm?: LimiterAlgorithm;
  /** How many calls may wait for their turn, first come first served; further ones are refused. Default 0. */
  readonly maxQueue?: number;
  /** Name in errors. Default `rate-limiter`. */
  readonly name?: string;
  readonly world?: World;
}

/** The slot of what has been granted. */
const granted = 0;
/** The slot of what will have been granted once all who wait have had their turn. */
const forecast = 1;

/**
 * Allows `limit` calls per `period` and refuses the others, saying exactly when there is room again; or lets them
 * wait in a bounded queue. A call whose turn would come after its deadline is refused at once.
 *
 * It reads the clock once a turn of the event loop, and afresh before it refuses: within one turn, all calls count
 * as made at the turn's beginning.
 */
export class RateLimiter extends Policy<'RATE_LIMITED'> {
  override readonly kind = 'rate-limiter';
  readonly algorithm: LimiterAlgorithm;
  private options: RateLimiterOptions;
  private rate: RateLimit;
  private readonly core: LimiterCore;
  private readonly maxQueue: number;
  /** Those who wait, in order. */
  private readonly line: Set<Waiter> = new Set();
  private readonly turn: CallbackTimer;
  /** When the last in line gets its permit, as far as the forecast slot is concerned. */
  private lastDue = 0;
  /** Whether the line or the limit has changed in a way that moves turns. */
  private forecastStale = false;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: RateLimiterOptions) {
    super(options.name ?? 'rate-limiter', options.world ?? platformWorld());
    this.options = options;
    this.algorithm = options.algorithm ?? 'token-bucket';
    this.rate = rateLimitOf(this.algorithm, options);
    this.maxQueue = wholeNumber(options.maxQueue ?? 0, 'maxQueue', 0, 1_000_000);
    this.core = limiterCore(this.algorithm, this.rate, this.maxQueue === 0 ? 1 : 2);
    this.turn = new CallbackTimer(() => this.serve());
  }

  /**
   * Takes `permits` if they are to be had now and nobody waits for theirs, for code outside a pipeline.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `permits` is not a whole number, or more than is ever granted at once.
   */
  tryAcquire(permits = 1): boolean {
    if (permits !== 1) wholeNumber(permits, 'permits', 1);
    if (this.line.size > 0) return false;
    const { clock } = this.world;
    return (
      this.core.tryAcquire(granted, clock.coarseNow(), permits) === 0 ||
      this.core.tryAcquire(granted, clock.now(), permits) === 0
    );
  }

  /** Milliseconds until {@link tryAcquire} would grant `permits`, after all who wait; 0 when it would now. */
  retryAfter(permits = 1): number {
    wholeNumber(permits, 'permits', 1);
    const now = this.world.clock.now();
    return (this.nextTurn(now, permits) - now) / 1_000;
  }

  /** How many permits are to be had now. */
  get available(): number {
    return this.line.size > 0 ? 0 : this.core.available(granted, this.world.clock.now());
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    if (this.tryAcquire()) return 'proceed';
    const now = this.world.clock.now();
    const due = this.nextTurn(now, 1);
    if (this.line.size < this.maxQueue && due < execution.deadlineAt) {
      this.queue(execution, index, due);
      return 'waiting';
    }
    const why = this.maxQueue === 0 ? 'limit' : this.line.size < this.maxQueue ? 'deadline' : 'queue-full';
    execution.fail(new RateLimitRejection(this, this.rate, why, due - now));
    return 'answered';
  }

  override exit(): ExitVerdict {
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    this.line.delete(execution.kept(index) as Waiter);
    this.forecastStale = true;
    if (this.line.size === 0) this.world.timers.disarm(this.turn);
  }

  /** Changes the limit while it runs; what is used stays used. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(changes: Partial<RateLimitOptions>): void {
    const options = { ...this.options, ...changes };
    const rate = rateLimitOf(this.algorithm, options);
    const now = this.world.clock.now();
    this.core.reconfigure(now, rate);
    this.options = options;
    this.rate = rate;
    this.lineMoved(now);
  }

  /** What has been used, as plain data, to be restored in another process. */
  export(): LimiterState {
    const { clock } = this.world;
    return { ...exportHead(this.algorithm, this.rate, clock), used: this.core.save(granted, clock.now()) };
  }

  /** @throws HoldfastError INVALID_ARGUMENT, changing nothing, when `state` is not one of this algorithm. */
  restore(state: LimiterState): void {
    const reader = new LimiterStateReader(state, this.algorithm, this.rate, this.world.clock);
    reader.read(state.used, this.core, granted);
    this.lineMoved(this.world.clock.now());
  }

  override get idle(): boolean {
    return this.available === this.core.capacity;
  }

  override condition(): PolicyCondition {
    const { available, line, maxQueue, rate } = this;
    return {
      alarming: available === 0 && line.size >= maxQueue,
      figures: { available, limit: rate.limit, period: rate.period / 1_000, queued: line.size, maxQueue },
    };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name, waitMax: this.waitMax() };
  }

  /** How long the last in a full queue waits when everything has just been used up. */
  private waitMax(): number {
    const core = limiterCore(this.algorithm, this.rate);
    core.tryAcquire(0, 0, core.capacity);
    let now = 0;
    for (let place = 0; place < this.maxQueue; place++) now = takeNext(core, 0, now);
    return now;
  }

  /** When `permits` would be granted to somebody who joined the line now. */
  private nextTurn(now: number, permits: number): number {
    if (this.line.size === 0) return now + this.core.wait(granted, now, permits);
    if (this.forecastStale) this.forecastLine(now);
    const from = Math.max(now, this.lastDue);
    return from + this.core.wait(forecast, from, permits);
  }

  private queue(execution: Execution, index: number, due: number): void {
    if (this.line.size === 0) {
      this.core.copy(granted, forecast);
      this.forecastStale = false;
      this.world.timers.arm(this.turn, due);
    }
    this.core.tryAcquire(forecast, due, 1);
    this.lastDue = due;
    const waiter = new Waiter(execution, index);
    this.line.add(waiter);
    execution.keep(index, waiter);
  }

  private forecastLine(now: number): void {
    this.core.copy(granted, forecast);
    this.lastDue = now;
    for (let place = 0; place < this.line.size; place++) {
      this.lastDue = takeNext(this.core, forecast, this.lastDue);
    }
    this.forecastStale = false;
  }

  private lineMoved(now: number): void {
    if (this.line.size === 0) return;
    this.forecastStale = true;
    this.world.timers.arm(this.turn, now + this.core.wait(granted, now, 1));
  }

  /** Lets on those whose turn has come. */
  private serve(): void {
    for (const waiter of this.line) {
      const now = this.world.clock.now();
      const wait = this.core.tryAcquire(granted, now, 1);
      if (wait > 0) {
        this.world.timers.arm(this.turn, now + wait);
        return;
      }
      this.line.delete(waiter);
      waiter.execution.proceed(waiter.index);
    }
  }
}

/** Makes a rate limiter. See {@link RateLimiter}. */
export function rateLimiter(options: RateLimiterOptions): RateLimiter {
  return new RateLimiter(options);
}

/** Takes the next permit to be had from `now` on; returns when that is. */
function takeNext(core: LimiterCore, slot: number, now: number): number {
  const due = now + core.wait(slot, now, 1);
  core.tryAcquire(slot, due, 1);
  return due;
}

/** A call in line. */
class Waiter {
  readonly execution: Execution;
  readonly index: number;

  constructor(execution: Execution, index: number) {
    this.execution = execution;
    this.index = index;
  }
}
