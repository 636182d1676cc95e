import { ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CircuitBreaker, circuitBreaker } from '../breaker/circuit-breaker.ts';
import { hedge } from '../hedging/hedge.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { keyed } from './keyed.ts';

const down = (): never => {
  throw new Error('down');
};

function breakers(options: { maxKeys?: number } = {}) {
  const world = new ManualWorld();
  const made: string[] = [];
  const policy = keyed(
    (key) => {
      made.push(key);
      return circuitBreaker({ world, name: `breaker of ${key}`, consecutiveFailures: 1, openDuration: '5s' });
    },
    { world, idleAfter: '1m', ...options },
  );
  return { world, made, policy };
}

describe('a keyed policy', () => {
  test('has a policy of its own for each key', async () => {
    const { policy, made } = breakers();
    await policy.tryExecute(down, { key: 'a' });
    expect(await policy.tryExecute(() => 1, { key: 'a' })).toMatchObject({
      ok: false,
      error: { code: 'BREAKER_OPEN', origin: { component: 'breaker of a' } },
    });
    expect(await policy.execute(() => 1, { key: 'b' })).toBe(1);
    expect(made).toEqual(['a', 'b']);
    expect((policy.of('a') as CircuitBreaker).state).toBe('open');
  });

  test('needs a key', async () => {
    const outcome = await breakers().policy.tryExecute(() => 1);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'KEY_REQUIRED', executed: 'no' } });
  });

  test('a factory that throws fails the call and leaves no key behind', async () => {
    const broken = new Error('no settings for this tenant');
    const policy = keyed((): CircuitBreaker => {
      throw broken;
    });
    await expect(policy.execute(() => 1, { key: 'a' })).rejects.toBe(broken);
    expect(policy.size).toBe(0);
  });

  test('works inside retries and hedges, and with policies that wait and interrupt', async () => {
    const world = new ManualWorld();
    const calls = pipeline(
      retry({ world, maxAttempts: 2, backoff: constant(0) }),
      hedge({ world, delay: '1s' }),
      keyed((key) => timeout(key === 'fast' ? '2s' : '5s', { world }), { world }),
    );
    const call = calls.tryExecute(() => new Promise(() => {}), { key: 'fast' });
    await world.advance('6s');
    expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    await world.advance('1m');
    expect(world.pendingTimers).toBe(0);
  });

  test('drops keys that have been idle for long, as others come', async () => {
    const { world, policy } = breakers();
    await policy.execute(() => 1, { key: 'a' });
    policy.of('b');
    await world.advance('61s');
    policy.of('c');
    expect(policy.size).toBe(1);
  });

  test('keeps what is worth keeping: an open breaker outlives its idle time and a purge', async () => {
    const { world, policy, made } = breakers();
    (policy.of('a') as CircuitBreaker).force('forced-open');
    policy.of('b');
    await world.advance('2m');
    policy.of('c');
    policy.purge();
    expect(policy.size).toBe(1);
    expect(policy.idle).toBe(false);
    policy.of('a');
    expect(made).toEqual(['a', 'b', 'c']);
  });

  test('two keys that are not idle do not keep the others from going', async () => {
    const { world, policy } = breakers();
    for (const key of ['a', 'b']) (policy.of(key) as CircuitBreaker).force('forced-open');
    for (let n = 0; n < 10; n++) policy.of(`${n}`);
    await world.advance('2m');
    for (let n = 10; n < 30; n++) policy.of(`${n}`);
    expect(policy.size).toBe(22);
  });

  test('at maxKeys an idle key makes room, else the one unused for longest', () => {
    const { policy, made } = breakers({ maxKeys: 2 });
    (policy.of('a') as CircuitBreaker).force('disabled');
    policy.of('b');
    policy.of('c'); // b was idle, a was not
    policy.of('a');
    expect(made).toEqual(['a', 'b', 'c']);
    (policy.of('c') as CircuitBreaker).force('disabled');
    policy.of('d'); // a has been unused for longest
    expect(policy.size).toBe(2);
    policy.of('c');
    expect(made).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a call whose key is dropped meanwhile ends under the policy it began with', async () => {
    const world = new ManualWorld();
    const policy = keyed(() => timeout('1s', { world }), { world, maxKeys: 1 });
    const call = policy.tryExecute(() => new Promise(() => {}), { key: 'a' });
    policy.of('b');
    await world.advance('1s');
    expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(world.pendingTimers).toBe(0);
  });

  test('a key that is used is never forgotten while there is room, and there are never too many', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(
          fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), fc.integer({ min: 1, max: 90 })),
        ),
        (maxKeys, steps) => {
          const { world, policy, made } = breakers({ maxKeys });
          const usedAt = new Map<string, number>();
          for (const step of steps) {
            if (typeof step === 'number') {
              world.advanceSync(`${step}s`);
              continue;
            }
            const others = [...usedAt].filter(([key]) => key !== step);
            const recent = others.filter(([, at]) => at >= (usedAt.get(step) ?? Number.POSITIVE_INFINITY));
            const madeBefore = made.length;
            policy.of(step);
            const age = world.clock.now() - (usedAt.get(step) ?? Number.NEGATIVE_INFINITY);
            if (age < 60_000_000 && recent.length < maxKeys) expect(made.length).toBe(madeBefore);
            usedAt.delete(step);
            usedAt.set(step, world.clock.now());
            expect(policy.size).toBeLessThanOrEqual(maxKeys);
          }
        },
      ),
    );
  });

  test('describes itself as the policy of a key', () => {
    const policy = keyed(() => timeout('3s'), { name: 'per host' });
    expect(policy.describe()).toMatchObject({ kind: 'timeout', name: 'per host', innerMax: 3_000_000 });
    expect(policy.size).toBe(0);
  });

  test.each([
    [{ maxKeys: 0 }, 'maxKeys'],
    [{ idleAfter: 0 }, 'idleAfter'],
  ])('refuses %j', (options, field) => {
    expect(() => keyed(() => circuitBreaker(), options)).toThrow(field);
  });
});
