import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Duration, ManualWorld, toMicros } from '@holdfast/core';
import {
  type DistributedRateLimiterOptions,
  distributedRateLimiter,
  MemoryLimiterStore,
  type StoredLimit,
} from '@holdfast/resilience';
import { limiterStoreContract } from '@holdfast/resilience/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { redisLimiterStore } from '../src/index.ts';
import type { HammerOrder, HammerReport } from './hammering-process.ts';
import { PrivateRedis } from './private-redis.ts';

const url = required('HOLDFAST_REDIS_URL');
const urls = required('HOLDFAST_REDIS_URLS').split(',');
const program = process.env['HOLDFAST_REDIS_SERVER'];

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests with npm run test:services`);
  return value;
}

/** Waits at least so long, to the microsecond, which timers do not. */
async function pause(duration: Duration): Promise<void> {
  const end = performance.now() + toMicros(duration) / 1_000;
  while (performance.now() < end) await sleep(Math.max(1, end - performance.now()));
}

describe('on one server', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(url);
  });
  afterAll(() => redis.quit());

  test.each(limiterStoreContract)('$name', ({ run }) => run(redisLimiterStore(redis), randomUUID(), pause));

  test.each(['gcra', 'sliding-window'] as const)(
    '%s decides exactly as the store in memory does at the same microsecond',
    async (algorithm) => {
      const store = redisLimiterStore(redis);
      const limits = fc.record({
        limit: fc.integer({ min: 1, max: 50 }),
        period: fc.constantFrom(997, 10_007, 100_000, 1_000_003),
        burst: fc.integer({ min: 1, max: 50 }),
      });
      const ask = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean());
      await fc.assert(
        fc.asyncProperty(limits, fc.array(ask, { minLength: 1, maxLength: 60 }), async (rate, asks) => {
          const burst = algorithm === 'gcra' ? rate.burst : rate.limit;
          const limit: StoredLimit = { algorithm, ...rate, burst };
          const key = randomUUID();
          let at = 0;
          const clock = { now: () => at, coarseNow: () => at, wall: () => 0 };
          const memory = new MemoryLimiterStore({ world: { ...new ManualWorld(), clock } });
          for (const [wanted, allOrNothing] of asks) {
            const permits = Math.min(wanted, burst);
            const atLeast = allOrNothing ? permits : 1;
            const taken = await store.take(key, permits, atLeast, limit);
            at = taken.at;
            expect(taken).toEqual(await memory.take(key, permits, atLeast, limit));
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  test('a key is gone when it counts nothing any more', async () => {
    const prefix = `${randomUUID()}:`;
    const store = redisLimiterStore(redis, { prefix });
    const limit = { limit: 10, period: 1_000_000, burst: 10 };
    await store.take('k', 10, 10, { algorithm: 'gcra', ...limit });
    await store.take('k', 10, 10, { algorithm: 'sliding-window', ...limit });
    expect(await redis.keys(`${prefix}*`)).toHaveLength(2);
    await expect.poll(() => redis.keys(`${prefix}*`)).toEqual([]);
  });

  test('a server that has forgotten the scripts gets them again', async () => {
    const store = redisLimiterStore(redis);
    const limit: StoredLimit = { algorithm: 'gcra', limit: 1, period: 1_000_000, burst: 1 };
    await redis.script('FLUSH');
    expect((await store.take(randomUUID(), 1, 1, limit)).permits).toBe(1);
  });

  test('without a client it cannot be', () => {
    expect(() => redisLimiterStore([])).toThrow('clients is an array of 0');
  });
});

describe('over several processes', () => {
  const limit = 400;
  const burst = 100;

  test('exact: in no window of the server do they get more than the limit', async () => {
    const reports = await hammer({ mode: 'exact', leaseMax: 1, limit, burst });
    const taken = reports.flatMap(({ takenAt }) => takenAt).sort(([a], [b]) => a - b);
    expect(excess(taken, limit, burst)).toBeLessThanOrEqual(0);
    expect(reports.every(({ ranAt }) => ranAt.length > 0)).toBe(true);
    expect(taken.length).toBeGreaterThan(limit);
  });

  test('leased: by no more than the leases, for a fraction of the round trips', async () => {
    const leaseMax = 25;
    const reports = await hammer({ mode: 'leased', leaseMax, limit: 10 * limit, burst: 10 * burst });
    const ran = reports.flatMap(({ ranAt }) => ranAt.map((at) => [at, 1] as const)).sort(([a], [b]) => a - b);
    expect(excess(ran, 10 * limit, 10 * burst)).toBeLessThanOrEqual(reports.length * leaseMax);
    const roundTrips = reports.reduce((sum, report) => sum + report.roundTrips, 0);
    expect(ran.length).toBeGreaterThan(5 * limit);
    expect(roundTrips * 4).toBeLessThan(ran.length);
  });
});

describe.skipIf(program === undefined)('with the server gone', () => {
  let server: PrivateRedis;
  let redis: Redis;

  beforeEach(async () => {
    server = await PrivateRedis.start(program!);
    redis = new Redis(server.port, { retryStrategy: () => 50 });
    redis.on('error', () => {}); // The limiter says so.
    await redis.ping();
  });
  afterEach(async () => {
    redis.disconnect();
    await server.dispose();
  });

  function limiterOf(options: Partial<DistributedRateLimiterOptions>) {
    return distributedRateLimiter({
      store: redisLimiterStore(redis),
      name: randomUUID(),
      limit: 10,
      period: '1h',
      storeTimeout: '300ms',
      storePause: '400ms',
      onStoreFailure: 'closed',
      ...options,
    });
  }

  const gone = {
    killed: { gone: () => server.kill(), back: () => server.start() },
    stalled: { gone: async () => server.pause(), back: async () => server.resume() },
  };
  const cases = (['killed', 'stalled'] as const).flatMap((how) =>
    (['exact', 'leased'] as const).flatMap((mode) =>
      (['open', 'closed', 'local'] as const).map((onStoreFailure) => ({ how, mode, onStoreFailure })),
    ),
  );

  test.each(cases)(
    '$how, $mode: $onStoreFailure, without hanging, until it is back',
    async ({ how, mode, onStoreFailure }) => {
      const limiter = limiterOf({ mode, onStoreFailure, instances: 2 });
      const call = () => limiter.tryExecute(() => 'done');
      expect((await call()).ok).toBe(true);
      await gone[how].gone();
      await limiter.returnLeases();
      const start = performance.now();
      const outcomes = await Promise.all(Array.from({ length: 200 }, call));
      for (let more = 0; more < 200; more++) outcomes.push(await call());
      // 400 calls, and together they wait for two or three timeouts: if each of the last 200 did, it would be a minute.
      expect(performance.now() - start).toBeLessThan(10_000);
      const granted = outcomes.filter(({ ok }) => ok).length;
      const codes = new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code)));
      if (onStoreFailure === 'open') expect(granted).toBe(400);
      if (onStoreFailure === 'closed') expect([granted, [...codes]]).toEqual([0, ['STORE_UNAVAILABLE']]);
      if (onStoreFailure === 'local') expect([granted, [...codes]]).toEqual([5, ['ok', 'RATE_LIMITED']]);
      await gone[how].back();
      while (!(await answers(redis))) await sleep(20);
      await sleep(400); // The longest that the limiter leaves the store alone.
      await call(); // Finds the store working, for all that follow.
      const after = [];
      for (let more = 0; more < 20; more++) after.push(await call());
      expect(after.at(-1)).toMatchObject({ ok: false });
      expect(after.map((outcome) => outcome.ok || outcome.error.code)).toContain('RATE_LIMITED');
      expect(after.map((outcome) => outcome.ok || outcome.error.code)).not.toContain('STORE_UNAVAILABLE');
    },
  );

  test('a server that comes back meets one call of a process first, not all', async () => {
    const limiter = limiterOf({ onStoreFailure: 'open', storePause: '300ms', limit: 1_000_000 });
    server.pause();
    await Promise.all(Array.from({ length: 20 }, () => limiter.execute(() => 1)));
    const written = redis.stream.bytesWritten;
    const end = performance.now() + 1_200;
    let calls = 0;
    while (performance.now() < end || calls < 2_000) {
      await Promise.all(Array.from({ length: 100 }, () => limiter.execute(() => 1)));
      calls += 100;
      await sleep(5);
    }
    // A request is some 150 bytes: a handful of probes, whatever the number of calls.
    expect(redis.stream.bytesWritten - written).toBeLessThan(10 * 300);
    server.resume();
  });
});

describe('over three servers', () => {
  let clients: Redis[];
  beforeAll(() => {
    clients = urls.slice(0, 3).map((each) => new Redis(each));
  });
  afterAll(() => Promise.all(clients.map((client) => client.quit())));

  test('keys spread over all, and each keeps its limit', async () => {
    const prefix = `${randomUUID()}:`;
    const store = redisLimiterStore(clients, { prefix });
    const limiter = distributedRateLimiter({
      store,
      name: 'api',
      perKey: true,
      limit: 3,
      period: '1h',
      onStoreFailure: 'closed',
      // Every call at once, on whatever machine: this is not about being quick.
      storeTimeout: '10s',
    });
    const keys = Array.from({ length: 90 }, (_, number) => `user:${number}`);
    const outcomes = await Promise.all(
      keys.flatMap((key) => [1, 2, 3, 4, 5].map(() => limiter.tryExecute(() => key, { key }))),
    );
    for (const key of keys) {
      expect(outcomes.filter((outcome) => outcome.ok && outcome.value === key)).toHaveLength(3);
    }
    const held = await Promise.all(clients.map(async (client) => (await client.keys(`${prefix}*`)).length));
    expect(held.reduce((sum, count) => sum + count)).toBe(90);
    for (const count of held) expect(count).toBeGreaterThan(15);
  });

  test.skipIf(program === undefined)('one that dies takes only its own keys along', async () => {
    const server = await PrivateRedis.start(program!);
    const mortal = new Redis(server.port, { retryStrategy: () => 50 });
    mortal.on('error', () => {});
    await mortal.ping();
    const store = redisLimiterStore([clients[0]!, clients[1]!, mortal], { prefix: `${randomUUID()}:` });
    const limiter = distributedRateLimiter({
      store,
      name: 'api',
      perKey: true,
      limit: 1,
      period: '1h',
      onStoreFailure: 'closed',
      storeTimeout: '2s',
    });
    await server.kill();
    for (let number = 0; number < 60; number++) {
      const key = `user:${number}`;
      const outcome = await limiter.tryExecute(() => key, { key });
      if (store.partitionOf(`api:${key}`) < 2) expect(outcome.ok).toBe(true);
      else expect(outcome).toMatchObject({ ok: false });
    }
    mortal.disconnect();
    await server.dispose();
  });
});

async function answers(redis: Redis): Promise<boolean> {
  return Promise.race([redis.ping().then(() => true), sleep(200).then(() => false)]).catch(() => false);
}

/** Four processes on one limit, at the same time. */
async function hammer(order: Omit<HammerOrder, 'url' | 'name' | 'millis'>): Promise<HammerReport[]> {
  const file = fileURLToPath(new URL('./hammering-process.ts', import.meta.url));
  const name = randomUUID();
  const children: ChildProcess[] = [];
  for (let child = 0; child < 4; child++) {
    children.push(fork(file, { execArgv: ['--import', 'tsx', '--conditions', '@holdfast/source'] }));
  }
  await Promise.all(children.map((child) => once(child, 'message')));
  return Promise.all(
    children.map(async (child) => {
      child.send({ ...order, url, name, millis: 2_000 } satisfies HammerOrder);
      const [report] = await once(child, 'message');
      return report as HammerReport;
    }),
  );
}

/** By how many permits the fullest stretch of time exceeds the burst and what the rate adds to it. */
function excess(
  events: readonly (readonly [at: number, permits: number])[],
  limit: number,
  burst: number,
): number {
  // A bucket that leaks at the rate holds, at each moment, the most that any stretch until then has above the rate.
  // It counts in millionths of a permit, so that all numbers are whole.
  let worst = Number.NEGATIVE_INFINITY;
  let level = 0;
  let last = events[0]?.[0] ?? 0;
  for (const [at, permits] of events) {
    level = Math.max(0, level - (at - last) * limit) + permits * 1_000_000;
    last = at;
    worst = Math.max(worst, level - burst * 1_000_000);
  }
  return worst / 1_000_000;
}
