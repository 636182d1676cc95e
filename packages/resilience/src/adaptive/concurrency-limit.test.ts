import { ManualWorld, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { pipeline } from '../pipeline/pipeline.ts';
import { timeout } from '../timeout/timeout.ts';
import { concurrencyLimit } from './concurrency-limit.ts';

const never = new Promise<never>(() => {});

describe('a concurrency limit', () => {
  test('refuses what is above the limit, and says on which numbers', async () => {
    const limit = concurrencyLimit({ initial: 2, world: new ManualWorld() });
    limit.execute(() => never);
    limit.execute(() => never);
    const outcome = await limit.tryExecute(() => 'in');
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'CONCURRENCY_LIMITED', executed: 'no', context: { limit: 2, inFlight: 2 } },
    });
    expect(limit.load()).toBe(1);
    expect(limit.idle).toBe(false);
  });

  test('gives the place back, however a call ends', async () => {
    const world = new ManualWorld();
    const limit = concurrencyLimit({ initial: 1, world });
    const calls = pipeline(limit, timeout('1s', { world }));
    expect(await calls.execute(() => 1)).toBe(1);
    await calls.tryExecute(() => Promise.reject(new Error('no')));
    const late = calls.tryExecute(() => never);
    await world.advance('1s');
    expect(await late).toMatchObject({ error: { code: 'TIMEOUT' } });
    const controller = new AbortController();
    const aborted = calls.tryExecute(() => never, { signal: controller.signal });
    controller.abort();
    expect(await aborted).toMatchObject({ error: { code: 'ABORTED' } });
    expect(limit.state.inFlight).toBe(0);
    expect(limit.idle).toBe(true);
    expect(world.pendingTimers).toBe(0);
  });

  test('grows while the latency shows no queue', async () => {
    const world = new ManualWorld();
    const limit = concurrencyLimit({ initial: 4, world });
    const client = async () => {
      for (let call = 0; call < 400; call++) {
        const outcome = await limit.tryExecute(() => sleep('10ms', { world }));
        if (!outcome.ok) await sleep('3ms', { world });
      }
    };
    const clients = Promise.all(Array.from({ length: 40 }, client));
    await world.advance('10s');
    await clients;
    expect(limit.state.limit).toBeGreaterThan(20);
    expect(limit.state.facts['baseLatency']).toBeCloseTo(10, 0);
  });

  test('names the option that cannot work', () => {
    expect(() => concurrencyLimit({ min: 0 })).toThrow(/min/);
    expect(() => concurrencyLimit({ min: 10, max: 5 })).toThrow(/max/);
    expect(() => concurrencyLimit({ initial: 50, max: 40 })).toThrow(/initial/);
    expect(() => concurrencyLimit({ algorithm: 'reno' as never })).toThrow(/algorithm/);
  });
});
