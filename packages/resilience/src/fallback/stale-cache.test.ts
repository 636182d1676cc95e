import { ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pipeline } from '../pipeline/pipeline.ts';
import { timeout } from '../timeout/timeout.ts';
import { type DegradedEvent, degraded } from './degraded.ts';
import { fallback } from './fallback.ts';
import { featureSwitch } from './feature-switch.ts';
import { type StaleCache, staleCache } from './stale-cache.ts';

const down = new Error('down');

function good(cache: StaleCache, key: string, value: unknown): Promise<unknown> {
  return cache.execute(async () => value, { key });
}

async function bad(cache: StaleCache, key: string): Promise<unknown> {
  const outcome = await cache.tryExecute(() => Promise.reject(down), { key });
  return outcome.ok ? outcome.value : undefined;
}

describe('a stale cache', () => {
  test('answers a failed call with the last good value of its key, and says so', async () => {
    const cache = staleCache({ name: 'prices' });
    await good(cache, 'lamp', 10);
    await good(cache, 'lamp', 12);
    const heard: DegradedEvent[] = [];
    const stop = degraded.subscribe((event) => heard.push(event));
    expect(await cache.tryExecute(() => Promise.reject(down), { key: 'lamp' })).toEqual({
      ok: true,
      value: 12,
      degradedBy: 'prices',
    });
    stop();
    expect(heard).toEqual([{ policy: 'prices', kind: 'stale-cache', error: down }]);
    await expect(cache.execute(() => Promise.reject(down), { key: 'desk' })).rejects.toBe(down);
  });

  test('saves no call: every one is made', async () => {
    const cache = staleCache();
    await good(cache, 'lamp', 10);
    expect(await good(cache, 'lamp', 11)).toBe(11);
  });

  test('a value stands in up to its age, not longer', async () => {
    const world = new ManualWorld();
    const cache = staleCache({ world, maxAge: '1m' });
    await good(cache, 'lamp', 10);
    await world.advance('1m');
    expect(await bad(cache, 'lamp')).toBe(10);
    await world.advance('1ms');
    expect(await bad(cache, 'lamp')).toBeUndefined();
    expect(cache.idle).toBe(true);
  });

  test('a jump of the wall clock makes nothing older or younger', async () => {
    const world = new ManualWorld();
    const cache = staleCache({ world, maxAge: '1m' });
    await good(cache, 'lamp', 10);
    world.jumpWall(3_600_000);
    expect(await bad(cache, 'lamp')).toBe(10);
  });

  test('standing in does not make a value younger', async () => {
    const world = new ManualWorld();
    const cache = staleCache({ world, maxAge: '1m' });
    await good(cache, 'lamp', 10);
    await world.advance('40s');
    expect(await bad(cache, 'lamp')).toBe(10);
    await world.advance('40s');
    expect(await bad(cache, 'lamp')).toBeUndefined();
  });

  test('needs a key', async () => {
    const outcome = await staleCache().tryExecute(async () => 1);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'KEY_REQUIRED', executed: 'no' } });
  });

  test('a synchronous call can have a key, too', () => {
    const cache = staleCache();
    cache.executeSync(() => 1, { key: 'a' });
    const answer = cache.executeSync(
      () => {
        throw down;
      },
      { key: 'a' },
    );
    expect(answer).toBe(1);
  });

  test('remembers no substitutes: neither of a fallback nor of a feature that is off', async () => {
    const feature = featureSwitch(() => 'off');
    const cache = staleCache();
    const calls = pipeline(
      cache,
      fallback(() => 'substitute'),
      feature,
    );
    await calls.execute(() => Promise.reject(down), { key: 'a' });
    feature.switchOff('load');
    await calls.execute(async () => 'fresh', { key: 'a' });
    expect(await bad(cache, 'a')).toBeUndefined();
  });

  test('remembers an undefined value as a value', async () => {
    const cache = staleCache();
    await good(cache, 'a', undefined);
    expect(await cache.tryExecute(() => Promise.reject(down), { key: 'a' })).toMatchObject({ ok: true });
  });

  test('does not stand in for who gave up, nor after an outer time-out', async () => {
    const world = new ManualWorld();
    const cache = staleCache({ world });
    await good(cache, 'a', 1);
    const controller = new AbortController();
    const aborted = cache.tryExecute(() => new Promise(() => {}), { key: 'a', signal: controller.signal });
    controller.abort();
    expect(await aborted).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    const late = pipeline(timeout('1s', { world }), cache).tryExecute(() => new Promise(() => {}), {
      key: 'a',
    });
    await world.advance('1s');
    expect(await late).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    const inTime = pipeline(cache, timeout('1s', { world })).tryExecute(() => new Promise(() => {}), {
      key: 'a',
    });
    await world.advance('1s');
    expect(await inTime).toMatchObject({ ok: true, value: 1 });
  });

  test('holds at most maxEntries: the key not called for longest goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.boolean()), { maxLength: 40 }),
        async (maxEntries, calls) => {
          const cache = staleCache({ maxEntries, world: new ManualWorld() });
          // The model: remembered keys with their value, the one called last at the end.
          let model: { key: string; value: number }[] = [];
          for (const [time, [key, ok]] of calls.entries()) {
            const known = model.find((entry) => entry.key === key);
            if (ok) await good(cache, key, time);
            else expect(await bad(cache, key)).toBe(known?.value);
            const entry = ok ? { key, value: time } : known;
            if (entry === undefined) continue;
            model = [...model.filter((other) => other.key !== key), entry].slice(-maxEntries);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    [{ maxEntries: 0 }, 'maxEntries'],
    [{ maxEntries: 1.5 }, 'maxEntries'],
    [{ maxAge: 0 }, 'maxAge'],
  ])('refuses %j', (options, field) => {
    expect(() => staleCache(options)).toThrow(field);
  });
});
