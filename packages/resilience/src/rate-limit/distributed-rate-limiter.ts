import {
  type Duration,
  formatMicros,
  invalidArgument,
  platformWorld,
  Timer,
  type Timers,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { oneOf, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import { limiterCore, type RateLimitOptions, rateLimitOf } from './algorithm.ts';
import { GuardedStore } from './guarded-store.ts';
import { type KeyedRateLimiter, keyedRateLimiter, keyRequired } from './keyed-rate-limiter.ts';
import type { LimiterStore, StoredAlgorithm, StoredLimit, Taken } from './limiter-store.ts';
import { PermitLease } from './permit-lease.ts';
import { RateLimitRejection } from './rate-limit-rejection.ts';

export interface DistributedRateLimiterOptions extends RateLimitOptions {
  /** Where the processes meet, such as `redisLimiterStore(...)`. */
  readonly store: LimiterStore;
  /** The limit's name in the store and in errors: processes that give the same one share the limit. */
  readonly name: string;
  /** `gcra` (default) decides as a token bucket; `sliding-window` has no burst. */
  readonly algorithm?: StoredAlgorithm;
  /** Whether each `key` that calls give has a limit of its own. Default false: one limit for all. */
  readonly perKey?: boolean;
  /**
   * `exact` (default) asks the store for each call: never more than the limit. `leased` takes permits in batches:
   * many calls a round trip, and in any period at most `leaseMax` permits per process above the limit, or what the
   * limit allows in one `leaseDuration`, whichever is less.
   */
  readonly mode?: 'exact' | 'leased';
  /**
   * The most permits that a process leases ahead; it begins with 1 and follows demand. Default: a hundredth of the
   * limit.
   */
  readonly leaseMax?: number;
  /** How long leased permits may be used; then they go back. Default: the period, at most 1 s. */
  readonly leaseDuration?: Duration;
  /**
   * What holds while the store does not answer: `open`, no limit; `closed`, every call fails with
   * STORE_UNAVAILABLE; `local`, each process keeps to its own share, one of `instances`.
   */
  readonly onStoreFailure: 'open' | 'closed' | 'local';
  /** How many processes share the limit. Needed for `local`. */
  readonly instances?: number;
  /** How long the store may take to answer. Default 100 ms. */
  readonly storeTimeout?: Duration;
  /** How long a store that failed is left alone before one call tries it again. Default 1 s, of which up to half is random. */
  readonly storePause?: Duration;
  /** How many calls may wait for the store at once; further ones are refused. Default 10,000. */
  readonly maxQueue?: number;
  /** How many keys have leases, and local limits, at once. Default 100,000. */
  readonly keysMax?: number;
  readonly world?: World;
}

/**
 * Allows `limit` calls per `period` over all processes that use the same store and name. It waits for the store no
 * longer than `storeTimeout`, and after a failure it goes on without, as configured, until the store is back.
 *
 * A request to the store outlives the calls that waited for it, and so does its timer: what it brings is used by
 * others.
 */
export class DistributedRateLimiter extends Policy<'RATE_LIMITED' | 'STORE_UNAVAILABLE' | 'KEY_REQUIRED'> {
  override readonly kind = 'distributed-rate-limiter';
  private options: DistributedRateLimiterOptions;
  private limit: StoredLimit;
  private readonly store: GuardedStore;
  private readonly leases: LeaseTable | undefined;
  private readonly local: KeyedRateLimiter | undefined;
  private readonly storeTimeout: number;
  private readonly maxQueue: number;
  private waiting = 0;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: DistributedRateLimiterOptions) {
    super(options.name, options.world ?? platformWorld());
    if (typeof options.name !== 'string' || options.name === '') {
      throw invalidArgument('name', options.name, 'a text, the same in all processes that share the limit');
    }
    this.options = options;
    this.limit = storedLimitOf(options);
    this.storeTimeout = toPositiveMicros(options.storeTimeout ?? '100ms', 'storeTimeout');
    const pause = toPositiveMicros(options.storePause ?? '1s', 'storePause');
    this.store = new GuardedStore(options.store, options.name, this.world, this.storeTimeout, pause);
    this.maxQueue = wholeNumber(options.maxQueue ?? 10_000, 'maxQueue', 1);
    const keysMax = wholeNumber(options.keysMax ?? 100_000, 'keysMax', 1, 16_000_000);
    this.local =
      oneOf(options.onStoreFailure, 'onStoreFailure', ['open', 'closed', 'local']) === 'local'
        ? keyedRateLimiter({
            ...localShareOf(options, this.limit),
            algorithm: 'gcra',
            name: options.name,
            keysMax,
            world: this.world,
          })
        : undefined;
    this.leases =
      oneOf(options.mode ?? 'exact', 'mode', ['exact', 'leased']) === 'leased'
        ? new LeaseTable(keysMax, leaseMaxOf(options), leaseDurationOf(options), (lease) =>
            this.giveBack(lease),
          )
        : undefined;
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const key = this.storeKey(execution);
    if (key === undefined) {
      execution.fail(keyRequired(this.name));
      return 'answered';
    }
    return this.leases === undefined
      ? this.enterExact(execution, index, key)
      : this.enterLeased(execution, index, this.leases.get(key));
  }

  override exit(): ExitVerdict {
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    (execution.kept(index) as Waiter).left = true;
    this.waiting--;
  }

  /** Changes the limit of this process; change it in all of them. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(changes: Partial<RateLimitOptions>): void {
    const options = { ...this.options, ...changes };
    const limit = storedLimitOf(options);
    if (this.local !== undefined) this.local.reconfigure(localShareOf(options, limit));
    this.options = options;
    this.limit = limit;
  }

  /** Gives all leased permits back, as far as the store answers: what a process does before it ends. Never rejects. */
  async returnLeases(): Promise<void> {
    await Promise.all(this.leases?.all().map((lease) => this.giveBack(lease)) ?? []);
  }

  override get idle(): boolean {
    return this.waiting === 0 && (this.leases?.all().every((lease) => lease.permits.left === 0) ?? true);
  }

  override condition(): PolicyCondition {
    const { limit, period } = this.limit;
    const working = this.store.working;
    return {
      state: working ? undefined : 'without store',
      alarming: !working,
      figures: { limit, period: period / 1_000, queued: this.waiting, maxQueue: this.maxQueue },
    };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name, waitMax: this.storeTimeout };
  }

  private storeKey({ options }: Execution): string | undefined {
    if (this.options.perKey !== true) return this.name;
    return options.key === undefined ? undefined : `${this.name}:${options.key}`;
  }

  private enterExact(execution: Execution, index: number, key: string): EnterVerdict {
    const now = this.world.clock.now();
    if (this.store.advice(key, now) === 'avoid') return verdict(execution, this.withoutStore(key, now));
    if (this.waiting >= this.maxQueue) return verdict(execution, this.busy());
    const waiter = this.wait(execution, index);
    this.store.take(key, 1, 1, this.limit).then((taken) => this.answer(waiter, this.judge(key, taken)));
    return 'waiting';
  }

  private enterLeased(execution: Execution, index: number, lease: Lease): EnterVerdict {
    const now = this.world.clock.now();
    const advice = this.store.advice(lease.key, now);
    if (lease.permits.use(now)) {
      if (lease.permits.low && !lease.asking && now >= lease.askAt && advice !== 'avoid') this.ask(lease);
      return 'proceed';
    }
    if (advice === 'avoid') return verdict(execution, this.withoutStore(lease.key, now));
    if (now < lease.askAt) return verdict(execution, this.refusal(lease.roomAt - now));
    if (this.waiting >= this.maxQueue) return verdict(execution, this.busy());
    lease.waiters.push(this.wait(execution, index));
    if (!lease.asking) this.ask(lease);
    return 'waiting';
  }

  /** Asks the store for more permits, for those who wait and for those to come. */
  private ask(lease: Lease): void {
    lease.asking = true;
    const permits = Math.min(this.limit.burst, Math.max(lease.permits.wanted, lease.waiters.length));
    this.store.take(lease.key, permits, 1, this.limit).then((taken) => {
      lease.asking = false;
      const now = this.world.clock.now();
      if (taken !== undefined && taken.permits < permits) {
        // The limit is used up. To fetch each permit as it comes back would cost a round trip for each.
        const next = Math.min(this.limit.burst, lease.permits.wanted);
        const accumulated = Math.ceil((next * this.limit.period) / this.limit.limit);
        lease.exhausted(now, taken.retryAfter, accumulated);
      }
      if (taken !== undefined && taken.permits > 0) {
        lease.grant(taken, now, this.world.timers);
        this.serve(lease, now);
        return;
      }
      for (const waiter of lease.waiters.splice(0)) this.answer(waiter, this.judge(lease.key, taken));
    });
  }

  /** Lets on as many of those who wait as there are permits; for the others it asks again, if that makes sense. */
  private serve(lease: Lease, now: number): void {
    const waiters = lease.waiters.splice(0);
    for (const [place, waiter] of waiters.entries()) {
      if (waiter.left) continue;
      if (lease.permits.use(now)) {
        this.answer(waiter, undefined);
      } else if (now < lease.askAt) {
        this.answer(waiter, this.refusal(lease.roomAt - now));
      } else {
        lease.waiters.unshift(...waiters.slice(place));
        if (!lease.asking) this.ask(lease);
        return;
      }
    }
  }

  private async giveBack(lease: Lease): Promise<void> {
    const { takenAt } = lease.permits;
    const unused = lease.permits.end();
    if (lease.armed) this.world.timers.disarm(lease);
    if (unused > 0) await this.store.giveBack(lease.key, unused, takenAt, this.limit);
  }

  private wait(execution: Execution, index: number): Waiter {
    const waiter = new Waiter(execution, index);
    execution.keep(index, waiter);
    this.waiting++;
    return waiter;
  }

  private answer(waiter: Waiter, rejection: Rejection | undefined): void {
    if (waiter.left) return;
    this.waiting--;
    if (rejection === undefined) {
      waiter.execution.proceed(waiter.index);
    } else {
      waiter.execution.fail(rejection);
      waiter.execution.answer(waiter.index);
    }
  }

  /** Why a call is refused after what the store said; undefined lets it on. */
  private judge(key: string, taken: Taken | undefined): Rejection | undefined {
    if (taken === undefined) return this.withoutStore(key, this.world.clock.now());
    return taken.permits > 0 ? undefined : this.refusal(taken.retryAfter);
  }

  private withoutStore(key: string, now: number): Rejection | undefined {
    if (this.options.onStoreFailure === 'open') return undefined;
    if (this.local === undefined) {
      return new StoreRejection(this, this.store.retryAfter(key, now), this.store.lastError(key));
    }
    return this.local.tryAcquire(key) ? undefined : this.refusal(this.local.retryAfter(key) * 1_000);
  }

  private refusal(retryAfter: number): Rejection {
    return new RateLimitRejection(this, this.limit, 'limit', retryAfter);
  }

  private busy(): Rejection {
    return new RateLimitRejection(this, this.limit, 'queue-full', this.storeTimeout);
  }
}

/** Makes a rate limiter that several processes share. See {@link DistributedRateLimiter}. */
export function distributedRateLimiter(options: DistributedRateLimiterOptions): DistributedRateLimiter {
  return new DistributedRateLimiter(options);
}

/** A call that waits for the store. */
class Waiter {
  readonly execution: Execution;
  readonly index: number;
  /** Whether its caller has given up. */
  left = false;

  constructor(execution: Execution, index: number) {
    this.execution = execution;
    this.index = index;
  }
}

/** The leased permits of one key and those who wait for some. As a timer, it is the end of the lease. */
class Lease extends Timer {
  readonly key: string;
  readonly permits: PermitLease;
  /** Whether a request for more is under way. */
  asking = false;
  /** The store has said that there are none before, unless some are given back. */
  roomAt = 0;
  /** The store is not asked before: a lease may have ended by then. */
  askAt = 0;
  readonly waiters: Waiter[] = [];
  private readonly onEnd: (lease: Lease) => void;

  constructor(key: string, permits: PermitLease, onEnd: (lease: Lease) => void) {
    super();
    this.key = key;
    this.permits = permits;
    this.onEnd = onEnd;
  }

  grant(taken: Taken, now: number, timers: Timers): void {
    if (now >= this.permits.expiresAt) this.onEnd(this);
    this.permits.grant(taken.permits, now, taken.at);
    timers.arm(this, this.permits.expiresAt);
  }

  /** The store has no more before `retryAfter`, and a whole lease only when `accumulated` has passed. */
  exhausted(now: number, retryAfter: number, accumulated: number): void {
    this.askAt = now + Math.min(Math.max(retryAfter, accumulated), this.permits.duration);
    this.roomAt = Math.max(now + retryAfter, this.askAt);
  }

  override fire(): void {
    this.onEnd(this);
  }
}

/** The leases by key; beyond `keysMax` the oldest ends. */
class LeaseTable {
  private readonly leases: Map<string, Lease> = new Map();
  private readonly keysMax: number;
  private readonly leaseMax: number;
  private readonly duration: number;
  private readonly end: (lease: Lease) => void;

  constructor(keysMax: number, leaseMax: number, duration: number, end: (lease: Lease) => unknown) {
    this.keysMax = keysMax;
    this.leaseMax = leaseMax;
    this.duration = duration;
    this.end = end;
  }

  get(key: string): Lease {
    let lease = this.leases.get(key);
    if (lease === undefined) {
      if (this.leases.size === this.keysMax) this.forgetOldest();
      lease = new Lease(key, new PermitLease(this.leaseMax, this.duration), this.end);
      this.leases.set(key, lease);
    }
    return lease;
  }

  all(): readonly Lease[] {
    return [...this.leases.values()];
  }

  private forgetOldest(): void {
    const [key, lease] = this.leases.entries().next().value!;
    this.leases.delete(key);
    this.end(lease);
  }
}

class StoreRejection extends Rejection {
  override readonly code = 'STORE_UNAVAILABLE';
  private readonly cause: unknown;

  constructor(policy: RejectingPolicy, retryAfter: number, cause: unknown) {
    super(policy, retryAfter);
    this.cause = cause;
  }

  override reason(): string {
    const again = `it is tried again in ${formatMicros(this.retryAfter ?? 0)}`;
    return `the store of ${this.policy.name} does not answer (${this.why()}): ${again}`;
  }

  override facts(): RejectionFacts {
    return { why: this.why() };
  }

  private why(): string {
    return this.cause instanceof Error ? this.cause.message : String(this.cause);
  }
}

function verdict(execution: Execution, rejection: Rejection | undefined): EnterVerdict {
  if (rejection === undefined) return 'proceed';
  execution.fail(rejection);
  return 'answered';
}

function storedLimitOf(options: DistributedRateLimiterOptions): StoredLimit {
  const algorithm = oneOf(options.algorithm ?? 'gcra', 'algorithm', ['gcra', 'sliding-window']);
  const limit = { algorithm, ...rateLimitOf(algorithm, options) };
  limiterCore(algorithm, limit); // Throws for a limit that would not stay exact, in whatever store.
  return limit;
}

/** The limit over as many periods as there are instances: an exact share, in whole numbers. */
function localShareOf(
  { instances }: DistributedRateLimiterOptions,
  { limit, period, burst }: StoredLimit,
): RateLimitOptions {
  const share = wholeNumber(instances ?? 0, 'instances', 1, 1_000_000);
  return { limit, period: `${period * share}us`, burst: Math.max(1, Math.floor(burst / share)) };
}

function leaseMaxOf({ leaseMax, limit }: DistributedRateLimiterOptions): number {
  return wholeNumber(leaseMax ?? Math.ceil(limit / 100), 'leaseMax', 1, limit);
}

function leaseDurationOf({ leaseDuration, period }: DistributedRateLimiterOptions): number {
  if (leaseDuration !== undefined) return toPositiveMicros(leaseDuration, 'leaseDuration');
  return Math.min(1_000_000, toPositiveMicros(period, 'period'));
}
