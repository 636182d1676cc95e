import { defineEvent, type EventType, formatMicros, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { CallbackTimer } from './callback-timer.ts';
import type { LimiterStore, StoredLimit, Taken } from './limiter-store.ts';
import { type StoreAdvice, StoreHealth } from './store-health.ts';

/** A store that limiters share has stopped answering, or answers again. */
export interface LimiterStoreEvent {
  readonly limiter: string;
  readonly partition: number;
  readonly working: boolean;
  /** Why it counts as failed; undefined when it works again. */
  readonly error: unknown;
}

export const limiterStoreChanged: EventType<LimiterStoreEvent> = defineEvent<LimiterStoreEvent>(
  'holdfast.rate-limiter.store-changed',
);

/**
 * A store that never makes anybody wait longer than a timeout, and is left alone for a while after a failure. Each
 * of its partitions fails by itself.
 */
export class GuardedStore {
  private readonly store: LimiterStore;
  private readonly limiter: string;
  private readonly world: World;
  private readonly timeout: number;
  private readonly pause: number;
  private readonly partitions: Map<number, StoreHealth> = new Map();

  /** `timeout` and `pause` in microseconds. */
  constructor(store: LimiterStore, limiter: string, world: World, timeout: number, pause: number) {
    this.store = store;
    this.limiter = limiter;
    this.world = world;
    this.timeout = timeout;
    this.pause = pause;
  }

  /** Whether all of it works, as far as it was asked. */
  get working(): boolean {
    for (const { failing } of this.partitions.values()) if (failing) return false;
    return true;
  }

  advice(key: string, now: number): StoreAdvice {
    return this.health(key).advice(now);
  }

  /** Microseconds until the store is tried again for `key`. */
  retryAfter(key: string, now: number): number {
    return this.health(key).retryAfter(now);
  }

  /** Why the store failed last, for `key`. */
  lastError(key: string): unknown {
    return this.health(key).lastError;
  }

  /** As {@link LimiterStore.take}, but in time: undefined when the store did not answer. Never rejects. */
  take(key: string, permits: number, atLeast: number, limit: StoredLimit): Promise<Taken | undefined> {
    const health = this.health(key);
    const now = this.world.clock.now();
    if (health.advice(now) === 'probe') health.probing(now, this.timeout);
    return this.inTime(key, () => this.store.take(key, permits, atLeast, limit));
  }

  /** As {@link LimiterStore.giveBack}, if the store works; permits that cannot be returned are lost. Never rejects. */
  async giveBack(key: string, permits: number, takenAt: number, limit: StoredLimit): Promise<void> {
    if (this.advice(key, this.world.clock.now()) !== 'ask') return;
    await this.inTime(key, () => this.store.giveBack(key, permits, takenAt, limit));
  }

  /** What comes later than the timeout is ignored: those who waited have gone on without. */
  private inTime<T>(key: string, ask: () => Promise<T>): Promise<T | undefined> {
    const { clock, timers } = this.world;
    return new Promise((resolve) => {
      const failed = (error: unknown): void => {
        this.failed(key, error);
        resolve(undefined);
      };
      const alarm = new CallbackTimer(() => failed(tooSlow(this.limiter, this.timeout)));
      const settle = (settled: () => void): void => {
        if (!alarm.armed) return;
        timers.disarm(alarm);
        settled();
      };
      timers.arm(alarm, clock.now() + this.timeout);
      attempt(ask).then(
        (answer) =>
          settle(() => {
            this.answered(key);
            resolve(answer);
          }),
        (error) => settle(() => failed(error)),
      );
    });
  }

  private health(key: string): StoreHealth {
    const partition = this.store.partitionOf(key);
    let health = this.partitions.get(partition);
    if (health === undefined) {
      health = new StoreHealth();
      this.partitions.set(partition, health);
    }
    return health;
  }

  private answered(key: string): void {
    if (this.health(key).answered()) this.publish(key, undefined);
  }

  private failed(key: string, error: unknown): void {
    const { clock, random } = this.world;
    // Spread over the second half of the pause, so that processes do not come back all at once.
    const half = Math.ceil(this.pause / 2);
    const pause = half + random.below(half);
    if (this.health(key).failed(clock.now(), pause, error)) this.publish(key, error);
  }

  private publish(key: string, error: unknown): void {
    if (!limiterStoreChanged.active) return;
    const partition = this.store.partitionOf(key);
    limiterStoreChanged.publish({ limiter: this.limiter, partition, working: error === undefined, error });
  }
}

/** Calls so that even a throw becomes a rejection. */
async function attempt<T>(ask: () => Promise<T>): Promise<T> {
  return ask();
}

function tooSlow(limiter: string, timeout: number): unknown {
  return resilienceErrors.create('STORE_UNAVAILABLE', {
    message: `the store of ${limiter} did not answer within ${formatMicros(timeout)}`,
    origin: { component: limiter },
    stack: false,
  });
}
