import { Deadline, ManualWorld, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from './timeout.ts';

let world: ManualWorld;

beforeEach(() => {
  world = new ManualWorld();
});

afterEach(() => {
  expect(world.pendingTimers).toBe(0);
});

const never = new Promise<never>(() => {});

describe('a time-out', () => {
  test('says who ended the call, after how long, and that it may have happened', async () => {
    const call = timeout('1500ms', { world, name: 'payments' }).tryExecute(() => never);
    await world.advance('1500ms');
    const outcome = await call;
    if (outcome.ok) throw new Error('must fail');
    expect(outcome.error).toMatchObject({
      code: 'TIMEOUT',
      category: 'timeout',
      retryable: 'if-idempotent',
      executed: 'maybe',
      context: { policy: 'timeout', limit: 1_500 },
      origin: { component: 'payments', attempt: 1, elapsed: 1_500 },
    });
    expect(outcome.error.message).toBe(
      'payments ended the call after 1.5s: allow more, or find out what is slow',
    );
  });

  test('a jump of the wall clock neither ends a call nor spares it', async () => {
    const call = timeout('1s', { world }).tryExecute(() => never);
    world.jumpWall(3_600_000);
    await world.advance('999ms');
    world.jumpWall(-7_200_000);
    await world.advance('1ms');
    expect(await call).toMatchObject({ error: { code: 'TIMEOUT' } });
  });

  test('an answer that comes too late changes nothing, nor does a late failure', async () => {
    for (const late of [() => 'late', () => Promise.reject(new Error('late'))]) {
      const call = timeout('1s', { world }).tryExecute(() => sleep('2s', { world }).then(late));
      await world.advance('1s');
      expect(await call).toMatchObject({ error: { code: 'TIMEOUT' } });
      await world.advance('1s');
    }
  });

  test('the shorter of two nested ones ends the call, and each says its own name', async () => {
    const inner = timeout('1s', { world, name: 'inner' });
    const outer = timeout('3s', { world, name: 'outer' });
    for (const [policies, name] of [
      [[outer, inner], 'inner'],
      [[inner, outer], 'inner'],
    ] as const) {
      const call = pipeline(...policies).tryExecute(() => never);
      await world.advance('1s');
      expect(await call).toMatchObject({ error: { origin: { component: name } } });
    }
  });

  test('outside a retry it bounds the whole, inside each try', async () => {
    const retries = retry({ world, maxAttempts: 10, backoff: constant(0) });
    let runs = 0;
    const operation = (): Promise<never> => {
      runs++;
      return never;
    };
    const call = pipeline(timeout('3500ms', { world }), retries, timeout('1s', { world })).tryExecute(
      operation,
    );
    await world.advance('1m');
    expect(await call).toMatchObject({ error: { code: 'TIMEOUT', context: { limit: 3_500 } } });
    expect(runs).toBe(4);
  });

  test('tells each attempt when it has to be over', async () => {
    const left: (number | undefined)[] = [];
    const calls = pipeline(
      timeout('2s', { world }),
      retry({ world, maxAttempts: 3, backoff: constant(0) }),
      timeout('1s', { world }),
    );
    const call = calls.tryExecute(async ({ deadline }) => {
      left.push(deadline?.remaining());
      await sleep('800ms', { world });
      throw new Error('down');
    });
    await world.advance('3s');
    await call;
    expect(left).toEqual([1_000_000, 1_000_000, 400_000]);
  });

  test('a deadline that is nearer ends the call first', async () => {
    const call = timeout('1m', { world }).tryExecute(() => never, { deadline: Deadline.after('1s', world) });
    await world.advance('1s');
    expect(await call).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } });
  });

  test('a new limit holds for the calls that arrive from now on', async () => {
    const policy = timeout('1s', { world });
    const before = policy.tryExecute(() => never);
    policy.reconfigure('5s');
    expect(() => policy.reconfigure(-1)).toThrow('duration');
    const after = policy.tryExecute(() => never);
    await world.advance('1s');
    expect(await before).toMatchObject({ error: { context: { limit: 1_000 } } });
    await world.advance('4s');
    expect(await after).toMatchObject({ error: { context: { limit: 5_000 } } });
  });

  test('a listener of the signal that throws or aborts the caller does not disturb the outcome', async () => {
    const controller = new AbortController();
    const call = timeout('1s', { world }).tryExecute(
      ({ signal }) => {
        signal.addEventListener('abort', () => controller.abort());
        return never;
      },
      { signal: controller.signal },
    );
    await world.advance('1s');
    const outcome = await call;
    expect(outcome.ok).toBe(false);
  });

  test('ends exactly those operations that take longer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        async (limit, takes) => {
          fc.pre(limit !== takes);
          const started = world.clock.now();
          let ended = 0;
          const call = timeout(`${limit}us`, { world })
            .tryExecute(({ signal }) => sleep(`${takes}us`, { world, signal }))
            .finally(() => {
              ended = world.clock.now() - started;
            });
          await world.advance('10ms');
          expect((await call).ok).toBe(takes < limit);
          expect(ended).toBe(Math.min(takes, limit));
          expect(world.pendingTimers).toBe(0);
        },
      ),
    );
  });

  test.each([0, -1, Number.NaN, '5 minutes', Number.POSITIVE_INFINITY])('refuses %s', (duration) => {
    expect(() => timeout(duration as number)).toThrow('duration');
  });
});
