import { ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeySlots, none } from './key-slots.ts';
import { keyedRateLimiter } from './keyed-rate-limiter.ts';
import { rateLimiter } from './rate-limiter.ts';

describe('keyedRateLimiter', () => {
  test('each key has its own limit, and a call needs a key', async () => {
    const world = new ManualWorld();
    const limiter = keyedRateLimiter({ limit: 1, period: '1s', world });
    expect((await limiter.tryExecute(() => 1, { key: 'ann' })).ok).toBe(true);
    expect((await limiter.tryExecute(() => 1, { key: 'bob' })).ok).toBe(true);
    expect(await limiter.tryExecute(() => 1, { key: 'ann' })).toMatchObject({
      error: { code: 'RATE_LIMITED', retryAfter: 1_000 },
    });
    expect(await limiter.tryExecute(() => 1)).toMatchObject({ error: { code: 'KEY_REQUIRED' } });
  });

  test('decides for every key as a limiter of its own would', () => {
    const call = fc.record({
      gap: fc.nat(300_000),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      permits: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 100 }), (calls) => {
        const world = new ManualWorld();
        const options = { limit: 3, period: '1s', world } as const;
        const keyed = keyedRateLimiter({ ...options, keysMax: 5 });
        const alone = new Map('abcde'.split('').map((key) => [key, rateLimiter(options)]));
        for (const { gap, key, permits } of calls) {
          world.advanceSync(`${gap}us`);
          expect(keyed.retryAfter(key, permits)).toBe(alone.get(key)!.retryAfter(permits));
          expect(keyed.tryAcquire(key, permits)).toBe(alone.get(key)!.tryAcquire(permits));
        }
      }),
    );
  });

  test('full of keys in use it refuses new ones until one is idle', async () => {
    const world = new ManualWorld();
    const limiter = keyedRateLimiter({ limit: 2, period: '2s', keysMax: 2, world });
    limiter.tryAcquire('a', 2);
    limiter.tryAcquire('b', 2);
    expect([limiter.tryAcquire('c'), limiter.retryAfter('c'), limiter.size]).toEqual([false, 2_000, 2]);
    expect(await limiter.tryExecute(() => 1, { key: 'c' })).toMatchObject({
      error: { code: 'RATE_LIMITED', context: { why: 'keys-full' } },
    });
    await world.advance('2s');
    expect([limiter.tryAcquire('c'), limiter.tryAcquire('b')]).toEqual([true, true]);
  });

  test('or evicts the least recently used one, when told to', () => {
    const limiter = keyedRateLimiter({
      limit: 1,
      period: '1s',
      keysMax: 2,
      whenFull: 'evict',
      world: new ManualWorld(),
    });
    limiter.tryAcquire('a');
    limiter.tryAcquire('b');
    limiter.tryAcquire('a');
    expect([limiter.tryAcquire('c'), limiter.tryAcquire('a'), limiter.tryAcquire('b')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('takes an idle key before one in use, though that was used less recently', async () => {
    const world = new ManualWorld();
    const limiter = keyedRateLimiter({ limit: 4, period: '4s', keysMax: 2, world });
    limiter.tryAcquire('busy', 4);
    limiter.tryAcquire('idle');
    await world.advance('1s');
    expect([limiter.tryAcquire('new'), limiter.size, limiter.retryAfter('busy', 4)]).toEqual([
      true,
      2,
      3_000,
    ]);
  });

  test('forgets idle keys as new ones come, and when asked', async () => {
    const world = new ManualWorld();
    const limiter = keyedRateLimiter({ limit: 1, period: '1s', world });
    for (let key = 0; key < 1_000; key++) limiter.tryAcquire(`old ${key}`);
    expect([limiter.size, limiter.idle]).toEqual([1_000, false]);
    await world.advance('1s');
    expect(limiter.idle).toBe(true);
    for (let key = 0; key < 400; key++) limiter.tryAcquire(`new ${key}`);
    expect(limiter.size).toBe(600);
    expect([limiter.purge(150), limiter.purge(150), limiter.size]).toEqual([150, 50, 400]);
  });

  test('what each key has used survives in another process, and the time in between counts', () => {
    const limit = { limit: 10, period: '1s' } as const;
    const [before, after] = [new ManualWorld(), new ManualWorld()];
    const old = keyedRateLimiter({ ...limit, world: before });
    old.tryAcquire('a', 4);
    old.tryAcquire('b', 9);
    const state = JSON.parse(JSON.stringify(old.export()));
    after.jumpWall(100);
    const limiter = keyedRateLimiter({ ...limit, world: after });
    limiter.tryAcquire('c', 10);
    limiter.restore(state);
    expect(limiter.size).toBe(2);
    expect([limiter.tryAcquire('a', 8), limiter.tryAcquire('a', 7)]).toEqual([false, true]);
    expect([limiter.tryAcquire('b', 3), limiter.tryAcquire('b', 2)]).toEqual([false, true]);
    expect(limiter.tryAcquire('c', 10)).toBe(true);
  });

  test('a state that does not fit changes nothing', () => {
    const world = new ManualWorld();
    const limiter = keyedRateLimiter({ limit: 10, period: '1s', keysMax: 2, world });
    limiter.tryAcquire('a', 4);
    const state = limiter.export();
    const key = state.keys[0]!;
    expect(() => limiter.restore({ ...state, version: 2 as 1 })).toThrow('state.version is 2');
    expect(() => limiter.restore({ ...state, keys: [key, key, key] })).toThrow('state.keys');
    expect(() => limiter.restore({ ...state, keys: [key, ['b', [-1]]] })).toThrow('state.used is -1');
    expect(limiter.export()).toEqual(state);
  });

  test('reconfigured, every key keeps what it used', () => {
    const limiter = keyedRateLimiter({ limit: 10, period: '1s', world: new ManualWorld() });
    limiter.tryAcquire('a', 4);
    limiter.tryAcquire('b', 9);
    limiter.reconfigure({ limit: 20 });
    expect([limiter.tryAcquire('a', 17), limiter.tryAcquire('a', 16)]).toEqual([false, true]);
    expect([limiter.tryAcquire('b', 12), limiter.tryAcquire('b', 11)]).toEqual([false, true]);
  });
});

test('KeySlots keeps keys in order of use, as a list would', () => {
  const step = fc.tuple(fc.constantFrom('use', 'remove'), fc.nat(9));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const slots = new KeySlots(2);
      let order: string[] = [];
      for (const [what, number] of steps) {
        const key = `key ${number}`;
        const slot = slots.get(key);
        expect(slot !== undefined).toBe(order.includes(key));
        order = order.filter((other) => other !== key);
        if (what === 'remove') {
          if (slot !== undefined) slots.remove(slot);
          continue;
        }
        order.push(key);
        if (slot !== undefined) {
          slots.touch(slot);
          continue;
        }
        if (slots.size === slots.capacity) slots.grow(slots.capacity * 2);
        expect(slots.add(key)).toBeLessThan(slots.capacity);
      }
      const listed: number[] = [];
      for (let slot = slots.oldest; slot !== none; slot = slots.after(slot)) listed.push(slot);
      expect(listed).toEqual(order.map((key) => slots.get(key)));
      expect(slots.size).toBe(order.length);
    }),
  );
});
