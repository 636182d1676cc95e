import { invalidArgument, platformWorld, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { oneOf, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type LimiterAlgorithm, limiterCore, type RateLimitOptions, rateLimitOf } from './algorithm.ts';
import { KeySlots, none } from './key-slots.ts';
import type { LimiterCore, RateLimit } from './limiter-core.ts';
import { exportHead, type KeyedLimiterState, LimiterStateReader } from './limiter-state.ts';
import { RateLimitRejection } from './rate-limit-rejection.ts';

export interface KeyedRateLimiterOptions extends RateLimitOptions {
  /** Default `token-bucket`. */
  readonly algorithm?: LimiterAlgorithm;
  /** How many keys it remembers. Default 100,000; at most 16,000,000. */
  readonly keysMax?: number;
  /**
   * What becomes of a new key when so many are remembered and the least recently used ones are all in use:
   * `refuse` it, so that no key gets more than its limit, or `evict` the least recently used one, which then
   * starts afresh. Default `refuse`.
   */
  readonly whenFull?: 'refuse' | 'evict';
  /** Name in errors. Default `keyed-rate-limiter`. */
  readonly name?: string;
  readonly world?: World;
}

const capacityMin = 64;
/** How many idle keys each new key makes it forget: memory shrinks as fast as it grew, and no call pays for many. */
const purgedPerKey = 2;
/** How many of the least recently used keys are looked at for an idle one when it is full. */
const searchMax = 16;

/**
 * Allows each key `limit` calls per `period`: every user, tenant or address its own limit, in a few dozen bytes.
 * Calls in a pipeline say their key with the option `key`. A key whose limit is untouched again is forgotten as
 * new ones come.
 */
export class KeyedRateLimiter extends Policy<'RATE_LIMITED' | 'KEY_REQUIRED'> {
  override readonly kind = 'keyed-rate-limiter';
  readonly algorithm: LimiterAlgorithm;
  private options: KeyedRateLimiterOptions;
  private rate: RateLimit;
  private readonly core: LimiterCore;
  private readonly keys: KeySlots;
  private readonly keysMax: number;
  private readonly evicts: boolean;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: KeyedRateLimiterOptions) {
    super(options.name ?? 'keyed-rate-limiter', options.world ?? platformWorld());
    this.options = options;
    this.algorithm = options.algorithm ?? 'token-bucket';
    this.rate = rateLimitOf(this.algorithm, options);
    this.keysMax = wholeNumber(options.keysMax ?? 100_000, 'keysMax', 1, 16_000_000);
    this.evicts = oneOf(options.whenFull ?? 'refuse', 'whenFull', ['refuse', 'evict']) === 'evict';
    const capacity = Math.min(this.keysMax, capacityMin);
    this.keys = new KeySlots(capacity);
    this.core = limiterCore(this.algorithm, this.rate, capacity);
  }

  /**
   * Takes `permits` of `key` if they are to be had now.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `permits` is not a whole number, or more than is ever granted at once.
   */
  tryAcquire(key: string, permits = 1): boolean {
    if (permits !== 1) wholeNumber(permits, 'permits', 1);
    const { clock } = this.world;
    const slot = this.keys.get(key) ?? this.admit(key);
    if (slot === none) return false;
    this.keys.touch(slot);
    return (
      this.core.tryAcquire(slot, clock.coarseNow(), permits) === 0 ||
      this.core.tryAcquire(slot, clock.now(), permits) === 0
    );
  }

  /** Milliseconds until `permits` of `key` are to be had; 0 when they are now. */
  retryAfter(key: string, permits = 1): number {
    wholeNumber(permits, 'permits', 1);
    return this.wait(key, permits) / 1_000;
  }

  /** How many keys it remembers. */
  get size(): number {
    return this.keys.size;
  }

  override enter(execution: Execution): EnterVerdict {
    const { key } = execution.options;
    if (key === undefined) {
      execution.fail(keyRequired(this.name));
      return 'answered';
    }
    if (this.tryAcquire(key)) return 'proceed';
    const why = this.keys.get(key) === undefined ? 'keys-full' : 'limit';
    execution.fail(new RateLimitRejection(this, this.rate, why, this.wait(key, 1)));
    return 'answered';
  }

  override exit(): ExitVerdict {
    return 'pass';
  }

  /**
   * Forgets up to `limit` keys whose limit is untouched again, the least recently used first. New keys do this on
   * their own, two each; call it to give memory back while none come.
   *
   * @returns how many were forgotten.
   */
  purge(limit: number): number {
    const now = this.world.clock.now();
    let purged = 0;
    while (purged < limit && this.keys.oldest !== none && this.isIdle(this.keys.oldest, now)) {
      this.keys.remove(this.keys.oldest);
      purged++;
    }
    return purged;
  }

  /**
   * Changes the limit while it runs; what is used stays used. Takes time in proportion to the keys.
   *
   * @throws HoldfastError INVALID_ARGUMENT, changing nothing.
   */
  reconfigure(changes: Partial<RateLimitOptions>): void {
    const options = { ...this.options, ...changes };
    const rate = rateLimitOf(this.algorithm, options);
    this.core.reconfigure(this.world.clock.now(), rate);
    this.options = options;
    this.rate = rate;
  }

  /** What each key has used, as plain data, to be restored in another process. Idle keys are left out. */
  export(): KeyedLimiterState {
    const { clock } = this.world;
    const now = clock.now();
    const keys: [string, number[]][] = [];
    for (let slot = this.keys.oldest; slot !== none; slot = this.keys.after(slot)) {
      if (!this.isIdle(slot, now)) keys.push([this.keys.keyOf(slot), this.core.save(slot, now)]);
    }
    return { ...exportHead(this.algorithm, this.rate, clock), keys };
  }

  /**
   * Takes over an exported state in place of its own.
   *
   * @throws HoldfastError INVALID_ARGUMENT, changing nothing, when `state` is not one of this algorithm, has more
   * keys than `keysMax`, or is damaged.
   */
  restore(state: KeyedLimiterState): void {
    const reader = new LimiterStateReader(state, this.algorithm, this.rate, this.world.clock);
    if (!Array.isArray(state.keys) || state.keys.length > this.keysMax) {
      throw invalidArgument('state.keys', state.keys, `at most ${this.keysMax} keys with their numbers`);
    }
    for (const [key, used] of state.keys) {
      if (typeof key !== 'string') throw invalidArgument('state.keys', key, 'keys that are strings');
      reader.check(used);
    }
    while (this.keys.oldest !== none) this.keys.remove(this.keys.oldest);
    for (const [key, used] of state.keys) reader.read(used, this.core, this.keys.get(key) ?? this.admit(key));
  }

  override get idle(): boolean {
    const now = this.world.clock.now();
    for (let slot = this.keys.oldest; slot !== none; slot = this.keys.after(slot)) {
      if (!this.isIdle(slot, now)) return false;
    }
    return true;
  }

  override condition(): PolicyCondition {
    const { keysMax, rate, size: keys } = this;
    return { alarming: false, figures: { keys, keysMax, limit: rate.limit, period: rate.period / 1_000 } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }

  private wait(key: string, permits: number): number {
    const now = this.world.clock.now();
    const slot = this.keys.get(key);
    if (slot !== undefined) return this.core.wait(slot, now, permits);
    if (this.keys.size < this.keysMax || this.evicts || this.idleSlot(now) !== none) return 0;
    return this.core.wait(this.keys.oldest, now, this.core.capacity);
  }

  /** A cleared slot for a new key, or `none`. */
  private admit(key: string): number {
    this.purge(purgedPerKey);
    if (this.keys.size === this.keysMax) {
      const idle = this.idleSlot(this.world.clock.now());
      if (idle !== none) this.keys.remove(idle);
      else if (this.evicts) this.keys.remove(this.keys.oldest);
      else return none;
    } else if (this.keys.size === this.keys.capacity) {
      const capacity = Math.min(this.keysMax, this.keys.capacity * 2);
      this.keys.grow(capacity);
      this.core.reserve(capacity);
    }
    const slot = this.keys.add(key);
    this.core.clear(slot);
    return slot;
  }

  /** The least recently used key that is idle, among those worth looking at. */
  private idleSlot(now: number): number {
    let slot = this.keys.oldest;
    for (let seen = 0; seen < searchMax && slot !== none; seen++) {
      if (this.isIdle(slot, now)) return slot;
      slot = this.keys.after(slot);
    }
    return none;
  }

  private isIdle(slot: number, now: number): boolean {
    return this.core.available(slot, now) === this.core.capacity;
  }
}

/** Makes a rate limiter with a limit for each key. See {@link KeyedRateLimiter}. */
export function keyedRateLimiter(options: KeyedRateLimiterOptions): KeyedRateLimiter {
  return new KeyedRateLimiter(options);
}

/** The error for a call without a key. */
export function keyRequired(name: string): unknown {
  return resilienceErrors.create('KEY_REQUIRED', {
    message: `${name} limits each key by itself, but the call has none: pass { key } with the call`,
    origin: { component: name },
    stack: false,
  });
}
