// Goal: each policy tells people how it is, and alarms while it turns calls away, and only then.
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  adaptiveTimeout,
  bulkhead,
  circuitBreaker,
  coalesce,
  concurrencyLimit,
  distributedRateLimiter,
  fallback,
  featureSwitch,
  hedge,
  keyed,
  keyedRateLimiter,
  loadShedder,
  pipeline,
  pipelines,
  rateLimiter,
  retry,
  retryBudget,
  staleCache,
  throttle,
  timeout,
} from '../index.ts';

const fail = () => {
  throw new Error('no');
};
const never = () => new Promise<never>(() => {});

describe('a policy at rest', () => {
  const world = new ManualWorld();
  const store = { partitionOf: () => 0, take: never, giveBack: never };
  const period = '1s';
  const resting = [
    [circuitBreaker({ world }), { calls: 0, failures: 0, slowCalls: 0, retryAfter: 0 }, 'closed'],
    [
      bulkhead({ maxConcurrent: 2, maxQueue: 3, world }),
      { inUse: 0, maxConcurrent: 2, queued: 0, maxQueue: 3 },
    ],
    [retry({ world }), { maxAttempts: 3 }],
    [hedge({ delay: '5ms', world }), { delay: 5, maxAttempts: 2 }],
    [coalesce({ world }), { underWay: 0 }],
    [timeout('20ms', { world }), { limit: 20 }],
    [adaptiveTimeout({ max: '1s', world }), { limit: 1_000, max: 1_000 }],
    [concurrencyLimit({ world }), { inFlight: 0, limit: 20 }],
    [loadShedder({ load: () => 0.25, world }), { level: 4, priorities: 4, load: 0.25 }],
    [throttle({ world }), { requests: 0, accepts: 0 }],
    [
      rateLimiter({ limit: 5, period, world }),
      { available: 5, limit: 5, period: 1_000, queued: 0, maxQueue: 0 },
    ],
    [keyedRateLimiter({ limit: 5, period, world }), { keys: 0, keysMax: 100_000, limit: 5, period: 1_000 }],
    [
      distributedRateLimiter({ name: 'all', limit: 5, period, store, onStoreFailure: 'open', world }),
      { limit: 5, period: 1_000, queued: 0, maxQueue: 10_000 },
    ],
    [featureSwitch(() => 0, { world }), {}, 'on'],
    [staleCache({ world }), { entries: 0, maxEntries: 1_000 }],
    [fallback(() => 0, { world }), {}],
    [keyed(() => timeout('1s', { world }), { world }), { keys: 0, maxKeys: 10_000, alarming: 0 }],
  ] as const;

  test.each(resting)('$0.kind', (policy, figures, state?: string) => {
    expect(policy.condition()).toEqual({ alarming: false, figures, ...(state !== undefined && { state }) });
  });
});

describe('a policy alarms', () => {
  const world = new ManualWorld();

  test('a breaker that is open, with what opened it', async () => {
    const breaker = circuitBreaker({ consecutiveFailures: 2, world });
    for (let call = 0; call < 2; call++) await breaker.tryExecute(fail);
    expect(breaker.condition()).toMatchObject({
      state: 'open',
      alarming: true,
      figures: { failures: 2, retryAfter: 5_000 },
    });
  });

  test('a bulkhead that is full, and not one that can still queue', () => {
    const full = bulkhead({ maxConcurrent: 1, world });
    const queueing = bulkhead({ maxConcurrent: 1, maxQueue: 1, world });
    for (const policy of [full, queueing]) void policy.tryExecute(never);
    expect(full.condition()).toMatchObject({ alarming: true, figures: { inUse: 1 } });
    expect(queueing.condition().alarming).toBe(false);
  });

  test('a rate limiter that is used up', () => {
    const limiter = rateLimiter({ limit: 1, period: '1s', world });
    limiter.tryAcquire();
    expect(limiter.condition()).toMatchObject({ alarming: true, figures: { available: 0 } });
  });

  test('a retry whose budget is spent', async () => {
    const budget = retryBudget({ ratio: 0, minimum: 1, world });
    const policy = retry({ budget, world });
    expect(policy.condition()).toEqual({ alarming: false, figures: { maxAttempts: 3, budget: 1 } });
    budget.withdraw();
    expect(policy.condition()).toEqual({ alarming: true, figures: { maxAttempts: 3, budget: 0 } });
  });

  test('a throttle that holds calls back', async () => {
    const policy = throttle({ world });
    for (let call = 0; call < 10; call++) await policy.tryExecute(fail);
    expect(policy.condition()).toMatchObject({ alarming: true, figures: { accepts: 0 } });
  });

  test('a distributed limit whose store does not answer', async () => {
    const store = { partitionOf: () => 0, take: fail, giveBack: fail };
    const policy = distributedRateLimiter({
      name: 'all',
      limit: 5,
      period: '1s',
      store,
      onStoreFailure: 'open',
      world,
    });
    await policy.tryExecute(() => 1);
    expect(policy.condition()).toMatchObject({ alarming: true, state: 'without store' });
  });

  test('a feature that is switched off', () => {
    const feature = featureSwitch(() => 0, { world });
    feature.switchOff('too slow');
    expect(feature.condition()).toEqual({ state: 'off', alarming: true, figures: {} });
  });

  test('a policy by key when that of one key does', async () => {
    const policy = keyed(() => circuitBreaker({ consecutiveFailures: 1, world }), { world });
    await policy.tryExecute(fail, { key: 'a' });
    await policy.tryExecute(() => 1, { key: 'b' });
    expect(policy.condition()).toMatchObject({ alarming: true, figures: { keys: 2, alarming: 1 } });
  });
});

test('a pipeline is in the registry of this process from when it is made', () => {
  const made = pipeline(retry());
  expect(pipelines.list()).toContain(made);
});
