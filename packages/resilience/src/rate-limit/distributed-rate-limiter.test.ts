import { type Duration, ManualWorld, subscribeToEvents, type Unsubscribe } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DistributedRateLimiterOptions, distributedRateLimiter } from './distributed-rate-limiter.ts';
import type { LimiterStore, StoredLimit, Taken } from './limiter-store.ts';
import { limiterStoreContract } from './limiter-store-contract.ts';
import { MemoryLimiterStore } from './memory-limiter-store.ts';

describe('MemoryLimiterStore', () => {
  test.each(limiterStoreContract)('$name', async ({ run }) => {
    const world = new ManualWorld();
    await run(new MemoryLimiterStore({ world }), 'key', (duration) => world.advance(duration));
  });

  test('forgets the key used first when it is full', async () => {
    const store = new MemoryLimiterStore({ world: new ManualWorld(), keysMax: 2 });
    const limit: StoredLimit = { algorithm: 'gcra', limit: 1, period: 1_000, burst: 1 };
    for (const key of ['a', 'b', 'c']) await store.take(key, 1, 1, limit);
    expect((await store.take('b', 1, 1, limit)).permits).toBe(0);
    expect((await store.take('a', 1, 1, limit)).permits).toBe(1);
  });
});

/** A store in memory that can be slowed, stalled and broken, and counts what it is asked. */
class UnsteadyStore implements LimiterStore {
  asked = 0;
  returned = 0;
  latency: Duration = 0;
  fate: 'works' | 'fails' | 'stalls' | 'throws' = 'works';
  private readonly world: ManualWorld;
  private readonly memory: MemoryLimiterStore;

  constructor(world: ManualWorld) {
    this.world = world;
    this.memory = new MemoryLimiterStore({ world });
  }

  take(key: string, permits: number, atLeast: number, limit: StoredLimit): Promise<Taken> {
    this.asked++;
    if (this.fate === 'throws') throw new Error('no connection object');
    return this.after(() => this.memory.take(key, permits, atLeast, limit));
  }

  giveBack(key: string, permits: number, takenAt: number, limit: StoredLimit): Promise<void> {
    this.returned += permits;
    return this.after(() => this.memory.giveBack(key, permits, takenAt, limit));
  }

  partitionOf(key: string): number {
    return key.endsWith('odd') ? 1 : 0;
  }

  private async after<T>(answer: () => Promise<T>): Promise<T> {
    if (this.fate === 'fails') throw new Error('connection refused');
    if (this.fate === 'stalls') await new Promise(() => {});
    const { sleep } = await import('@holdfast/core');
    if (this.latency !== 0) await sleep(this.latency, { world: this.world });
    return answer();
  }
}

function setup(options: Partial<DistributedRateLimiterOptions> = {}) {
  const world = new ManualWorld();
  const store = new UnsteadyStore(world);
  const make = () =>
    distributedRateLimiter({
      store,
      name: 'api',
      limit: 10,
      period: '1s',
      onStoreFailure: 'closed',
      world,
      ...options,
    });
  const limiter = make();
  return { world, store, limiter, make };
}

type Limiter = ReturnType<typeof distributedRateLimiter>;

async function granted(calls: number, ...limiters: readonly Limiter[]): Promise<number> {
  const outcomes = await Promise.all(
    Array.from({ length: calls }, (_, call) => limiters[call % limiters.length]!.tryExecute(() => 'done')),
  );
  return outcomes.filter(({ ok }) => ok).length;
}

describe.each(['exact', 'leased'] as const)('distributedRateLimiter, %s', (mode) => {
  test('several of them keep one limit, and say when there is room again', async () => {
    const { world, limiter, make } = setup({ mode });
    expect(await granted(40, limiter, make(), make())).toBe(10);
    expect(await limiter.tryExecute(() => 1)).toMatchObject({
      error: { code: 'RATE_LIMITED', retryAfter: 100 },
    });
    await world.advance(100);
    expect(await granted(5, limiter)).toBe(1);
  });

  test('per key, when told so', async () => {
    const { limiter } = setup({ mode, perKey: true, limit: 1 });
    expect((await limiter.tryExecute(() => 1, { key: 'ann' })).ok).toBe(true);
    expect((await limiter.tryExecute(() => 1, { key: 'bob' })).ok).toBe(true);
    expect((await limiter.tryExecute(() => 1, { key: 'ann' })).ok).toBe(false);
    expect(await limiter.tryExecute(() => 1)).toMatchObject({ error: { code: 'KEY_REQUIRED' } });
  });

  test.each(['fails', 'stalls', 'throws'] as const)(
    'a store that %s: open lets all through',
    async (fate) => {
      const { world, store, limiter } = setup({ mode, onStoreFailure: 'open' });
      store.fate = fate;
      const calls = granted(50, limiter);
      await world.advance('100ms');
      expect(await calls).toBe(50);
    },
  );

  test.each(['fails', 'stalls', 'throws'] as const)(
    'a store that %s: closed refuses, saying why',
    async (fate) => {
      const { world, store, limiter } = setup({ mode });
      store.fate = fate;
      const calls = [1, 2, 3].map(() => limiter.tryExecute(() => 1));
      await world.advance('100ms');
      for (const outcome of await Promise.all(calls)) {
        expect(outcome).toMatchObject({ error: { code: 'STORE_UNAVAILABLE' } });
      }
      expect(await limiter.tryExecute(() => 1)).toMatchObject({
        error: {
          message: expect.stringMatching(/the store of api does not answer \(.+\): it is tried again in/),
        },
      });
    },
  );

  test.each(['fails', 'stalls', 'throws'] as const)(
    'a store that %s: local keeps to a share',
    async (fate) => {
      const { world, store, limiter } = setup({
        mode,
        onStoreFailure: 'local',
        instances: 5,
        storePause: '10s',
      });
      store.fate = fate;
      const first = granted(20, limiter);
      await world.advance('100ms');
      expect(await first).toBe(2);
      let more = 0;
      for (let tenth = 0; tenth < 40; tenth++) {
        more += await granted(5, limiter);
        await world.advance('100ms');
      }
      expect([7, 8]).toContain(more); // Two a second, and 100 ms are over when the store's silence is noticed.
    },
  );

  test('a stalled store costs one timeout a pause, and one call tries whether it is back', async () => {
    const { world, store, limiter } = setup({ mode, onStoreFailure: 'open', storePause: '1s' });
    const events: unknown[] = [];
    const stop: Unsubscribe = subscribeToEvents((name, event) => {
      if (name === 'holdfast.rate-limiter.store-changed')
        events.push((event as { working: boolean }).working);
    });
    store.fate = 'stalls';
    const lost = granted(10, limiter);
    await world.advance('100ms');
    await lost;
    const before = store.asked;
    expect(await granted(1_000, limiter)).toBe(1_000);
    expect(store.asked).toBe(before);
    await world.advance('1s');
    const probing = granted(100, limiter);
    await world.settle();
    expect(store.asked).toBe(before + 1);
    await world.advance('100ms');
    expect(await probing).toBe(100);
    store.fate = 'works';
    await world.advance('1s');
    await granted(1, limiter);
    expect(await granted(100, limiter)).toBeLessThan(100);
    expect(events).toEqual([false, true]);
    stop();
    await world.advance('10s');
    expect(world.pendingTimers).toBe(0);
  });

  test('one part of the store that fails leaves the others alone', async () => {
    const { world, store, limiter } = setup({ mode, perKey: true });
    store.fate = 'fails';
    await limiter.tryExecute(() => 1, { key: 'odd' });
    store.fate = 'works';
    expect(await limiter.tryExecute(() => 1, { key: 'odd' })).toMatchObject({
      error: { code: 'STORE_UNAVAILABLE' },
    });
    expect((await limiter.tryExecute(() => 1, { key: 'even' })).ok).toBe(true);
    await world.advance('1s');
    expect((await limiter.tryExecute(() => 1, { key: 'odd' })).ok).toBe(true);
  });

  test('a caller that gives up waits no longer; further ones than the queue holds are refused', async () => {
    const { world, store, limiter } = setup({ mode, maxQueue: 2 });
    store.latency = '50ms';
    const controller = new AbortController();
    const abandoned = limiter.tryExecute(() => 1, { signal: controller.signal });
    const patient = limiter.tryExecute(() => 2);
    expect(await limiter.tryExecute(() => 3)).toMatchObject({
      error: { code: 'RATE_LIMITED', context: { why: 'queue-full' } },
    });
    controller.abort();
    expect(await abandoned).toMatchObject({ error: { code: 'ABORTED' } });
    await world.advance('110ms');
    expect((await patient).ok).toBe(true);
    await world.advance('10s');
    expect([world.pendingTimers, limiter.idle]).toEqual([0, true]);
  });

  test('follows a limit that changes', async () => {
    const { limiter } = setup({ mode, onStoreFailure: 'local', instances: 2 });
    expect(await granted(20, limiter)).toBe(10);
    limiter.reconfigure({ limit: 20 });
    expect(await granted(20, limiter)).toBeLessThanOrEqual(10);
    expect(() => limiter.reconfigure({ limit: 0 })).toThrow('limit is 0');
  });
});

describe('leases', () => {
  test('a busy key costs few round trips, a quiet one hardly takes more than it uses', async () => {
    const { world, store, limiter } = setup({
      mode: 'leased',
      limit: 100_000,
      period: '1s',
      leaseMax: 1_000,
    });
    let calls = 0;
    for (let tick = 0; tick < 100; tick++) {
      calls += await granted(300, limiter);
      await world.advance('10ms');
    }
    expect(calls).toBe(30_000);
    expect(store.asked).toBeLessThan(calls / 300);
    const quiet = async () => {
      const { asked, returned } = store;
      for (let tick = 0; tick < 20; tick++) {
        expect(await granted(1, limiter)).toBe(1);
        await world.advance('2s');
      }
      return [store.asked - asked, store.returned - returned];
    };
    await quiet();
    const [asked, returned] = await quiet();
    expect(asked).toBe(20);
    expect(returned).toBeLessThanOrEqual(10);
  });

  test('permits that a process does not use go back in time, or when it ends', async () => {
    const { world, limiter, make } = setup({
      mode: 'leased',
      limit: 100,
      period: '1h',
      leaseMax: 64,
      leaseDuration: '1s',
    });
    for (let call = 0; call < 70; call++) expect(await granted(1, limiter)).toBe(1);
    const other = make();
    expect(await granted(100, other)).toBeLessThan(30);
    await world.advance('1s');
    expect(await granted(100, other)).toBeGreaterThan(0);
    await limiter.returnLeases();
    expect(limiter.idle).toBe(true);
  });

  test('grants never exceed the limit by more than the leases, in any period, whatever happens', async () => {
    const step = fc.record({ who: fc.nat(2), calls: fc.integer({ min: 0, max: 40 }), pause: fc.nat(400) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const { world, store, make } = setup({
          mode: 'leased',
          algorithm: 'sliding-window',
          limit: 50,
          leaseMax: 8,
          leaseDuration: '300ms',
        });
        store.latency = '3ms';
        const processes = [make(), make(), make()];
        const times: number[] = [];
        const calls: Promise<unknown>[] = [];
        for (const { who, calls: count, pause } of steps) {
          for (let call = 0; call < count; call++) {
            calls.push(processes[who]!.tryExecute(() => times.push(world.clock.now())));
          }
          await world.advance(pause);
        }
        await world.advance('1s');
        await Promise.all(calls);
        for (const start of times) {
          const within = times.filter((time) => time >= start && time < start + 1_000_000).length;
          // The window counter itself may err by part of one window: twice the limit is its own worst case.
          expect(within).toBeLessThanOrEqual(2 * 50 + 3 * 8);
        }
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  ['name', { name: '' }],
  ['limit', { limit: 0 }],
  ['burst', { limit: 2 ** 40 + 1, burst: 2 ** 40, period: '1h' as const }],
  ['algorithm', { algorithm: 'sliding-log' as never }],
  ['mode', { mode: 'lazy' as never }],
  ['onStoreFailure', { onStoreFailure: undefined as never }],
  ['instances', { onStoreFailure: 'local' as const }],
  ['leaseMax', { mode: 'leased' as const, leaseMax: 11 }],
  ['storeTimeout', { storeTimeout: 0 }],
  ['maxQueue', { maxQueue: 0 }],
])('names a bad %s', (field, options) => {
  expect(() => setup(options)).toThrow(`${field} is`);
});
