import { Deadline, ManualWorld, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import type { Attempt } from '../pipeline/attempt.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { retryBudget } from '../retry/retry-budget.ts';
import { timeout } from '../timeout/timeout.ts';
import { type HedgeEvent, hedge, hedgeStarted } from './hedge.ts';

let world: ManualWorld;

beforeEach(() => {
  world = new ManualWorld();
});

afterEach(() => {
  expect(world.pendingTimers).toBe(0);
});

type Duration = Parameters<typeof sleep>[0];

/** An operation whose attempts take these times, in order; one given as an error fails after its time. */
function attempts(...plans: readonly (Duration | { readonly after: Duration; readonly error: unknown })[]) {
  const operation = async ({ number, signal }: Attempt): Promise<string> => {
    operation.runs++;
    operation.startedAt.push(world.clock.now() / 1_000);
    operation.signals.push(signal);
    const plan = plans[operation.runs - 1] ?? '1h';
    if (typeof plan !== 'object') {
      await sleep(plan, { world, signal });
      return `attempt ${number}`;
    }
    await sleep(plan.after, { world, signal });
    throw plan.error;
  };
  operation.runs = 0;
  operation.startedAt = [] as number[];
  operation.signals = [] as AbortSignal[];
  return operation;
}

describe('hedging', () => {
  test('starts no second attempt when the first is fast', async () => {
    const operation = attempts('50ms');
    const call = hedge({ world, delay: '100ms' }).execute(operation);
    await world.advance('50ms');
    expect(await call).toBe('attempt 1');
    expect(world.pendingTimers).toBe(0);
    expect(operation.runs).toBe(1);
  });

  test('starts another after the delay, takes the faster and aborts the slower', async () => {
    const operation = attempts('1m', '50ms');
    const heard: HedgeEvent[] = [];
    const stop = hedgeStarted.subscribe((event) => heard.push(event));
    const call = hedge({ world, name: 'search', delay: '100ms' }).execute(operation);
    await world.advance('99ms');
    expect(operation.runs).toBe(1);
    await world.advance('51ms');
    stop();
    expect(await call).toBe('attempt 2');
    expect(operation.startedAt).toEqual([0, 100]);
    expect(operation.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(operation.signals[0]?.reason).toMatchObject({ code: 'ABORTED' });
    expect(heard).toEqual([{ hedge: 'search', attempt: 2 }]);
  });

  test('the first may still win, and the hedge is aborted', async () => {
    const operation = attempts('150ms', '1m');
    const call = hedge({ world, delay: '100ms' }).execute(operation);
    await world.advance('150ms');
    expect(await call).toBe('attempt 1');
    expect(operation.signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  test('starts at most maxAttempts, one delay after the other', async () => {
    const operation = attempts('1m', '1m', '1m');
    const call = hedge({ world, delay: '100ms', maxAttempts: 3 }).execute(operation);
    await world.advance('1m');
    expect(await call).toBe('attempt 1');
    expect(operation.startedAt).toEqual([0, 100, 200]);
  });

  test('a failure brings the next attempt forward', async () => {
    const operation = attempts({ after: '10ms', error: new Error('down') }, '10ms');
    const call = hedge({ world, delay: '100ms' }).execute(operation);
    await world.advance('20ms');
    expect(await call).toBe('attempt 2');
    expect(operation.startedAt).toEqual([0, 10]);
  });

  test('a failure beside a running attempt waits for that one', async () => {
    const operation = attempts('200ms', { after: '10ms', error: new Error('down') });
    const call = hedge({ world, delay: '100ms' }).execute(operation);
    await world.advance('200ms');
    expect(await call).toBe('attempt 1');
  });

  test('when all fail, the call fails with the last failure', async () => {
    const last = new Error('second');
    const operation = attempts({ after: '10ms', error: new Error('first') }, { after: '10ms', error: last });
    const call = hedge({ world, delay: '100ms' }).execute(operation);
    call.catch(() => {});
    await world.advance('20ms');
    await expect(call).rejects.toBe(last);
  });

  test('a refusal of the hedge by an inner policy does not end the attempt that still runs', async () => {
    const breaker = circuitBreaker({ world });
    const calls = pipeline(hedge({ world, delay: '100ms' }), breaker);
    const operation = attempts('200ms');
    const call = calls.execute(operation);
    await world.advance('50ms');
    breaker.force('forced-open');
    await world.advance('150ms');
    expect(await call).toBe('attempt 1');
  });

  test('a refusal of the first attempt fails the call at once', async () => {
    const breaker = circuitBreaker({ world });
    breaker.force('forced-open');
    const call = await pipeline(hedge({ world, delay: '100ms' }), breaker).tryExecute(attempts('1s'));
    expect(call).toMatchObject({ ok: false, error: { code: 'BREAKER_OPEN' } });
  });

  test('runs synchronous operations, whether they return or throw', async () => {
    const policy = hedge({ world, delay: '100ms', maxAttempts: 3 });
    expect(policy.executeSync(() => 7)).toBe(7);
    let runs = 0;
    const flaky = (): number => {
      if (++runs < 3) throw new Error(`failure ${runs}`);
      return runs;
    };
    expect(await policy.execute(flaky)).toBe(3);
    runs = -9;
    expect(await policy.tryExecute(flaky)).toMatchObject({ ok: false, error: { message: /failure -6/ } });
  });

  test('a delay of zero starts all of them at once', async () => {
    const operation = attempts('30ms', '20ms', '10ms');
    const call = hedge({ world, delay: 0, maxAttempts: 3 }).execute(operation);
    await world.advance('10ms');
    expect(await call).toBe('attempt 3');
    expect(operation.startedAt).toEqual([0, 0, 0]);
  });

  test('leaves calls alone that must not be repeated', async () => {
    const operation = attempts('1s');
    const call = hedge({ world, delay: '100ms' }).execute(operation, { idempotent: false });
    await world.advance('1s');
    expect(await call).toBe('attempt 1');
    expect(operation.runs).toBe(1);
  });

  test('the caller aborts all attempts', async () => {
    const controller = new AbortController();
    const operation = attempts('1m', '1m', '1m');
    const call = hedge({ world, delay: '100ms', maxAttempts: 3 }).tryExecute(operation, {
      signal: controller.signal,
    });
    await world.advance('250ms');
    controller.abort(new Error('client left'));
    expect(await call).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    expect(operation.signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect(operation.signals[0]?.reason).toMatchObject({ code: 'ABORTED', message: /client left/ });
    await world.settle();
  });

  test('a time-out outside ends all attempts, each with that reason', async () => {
    const operation = attempts('1m', '1m');
    const calls = pipeline(timeout('150ms', { world }), hedge({ world, delay: '100ms' }));
    const call = calls.tryExecute(operation);
    await world.advance('150ms');
    expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(operation.signals.map(({ reason }) => reason.code)).toEqual(['TIMEOUT', 'TIMEOUT']);
    await world.settle();
  });

  test('a time-out inside ends each attempt for itself', async () => {
    const operation = attempts('1m', '100ms');
    const calls = pipeline(hedge({ world, delay: '100ms' }), timeout('150ms', { world }));
    const call = calls.execute(operation);
    await world.advance('150ms');
    expect(operation.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await world.advance('50ms');
    expect(await call).toBe('attempt 2');
  });

  test('the deadline of the call ends all attempts', async () => {
    const operation = attempts('1m', '1m');
    const call = hedge({ world, delay: '100ms' }).tryExecute(operation, {
      deadline: Deadline.after('150ms', world),
    });
    await world.advance('150ms');
    expect(await call).toMatchObject({ ok: false, error: { code: 'DEADLINE_EXCEEDED' } });
    expect(operation.signals.every(({ aborted }) => aborted)).toBe(true);
    await world.settle();
  });

  test('to a breaker inside, the loser is neither success nor failure', async () => {
    const breaker = circuitBreaker({ world });
    const call = pipeline(hedge({ world, delay: '100ms' }), breaker).execute(attempts('1m', '50ms'));
    await world.advance('150ms');
    await call;
    expect(breaker.tally).toEqual({ calls: 1, failureUnits: 0, slowCalls: 0 });
  });

  test('to a breaker inside, attempts that the caller aborts are no failures', async () => {
    const controller = new AbortController();
    const breaker = circuitBreaker({ world });
    const call = pipeline(hedge({ world, delay: '100ms' }), breaker).tryExecute(attempts('1m', '1m'), {
      signal: controller.signal,
    });
    await world.advance('100ms');
    controller.abort();
    await call;
    await world.settle();
    expect(breaker.tally).toEqual({ calls: 0, failureUnits: 0, slowCalls: 0 });
  });

  test('to a breaker inside, attempts that an outer time-out ends are failures', async () => {
    const breaker = circuitBreaker({ world });
    const calls = pipeline(timeout('150ms', { world }), hedge({ world, delay: '100ms' }), breaker);
    const call = calls.tryExecute(attempts('1m', '1m'));
    await world.advance('150ms');
    await call;
    expect(breaker.tally).toMatchObject({ calls: 2, failureUnits: 20_000 });
  });

  test('a loser that answers nevertheless changes nothing', async () => {
    let answer: ((value: string) => void) | undefined;
    const calls = hedge({ world, delay: '100ms' });
    const call = calls.execute(({ number }) =>
      number === 1
        ? new Promise<string>((resolve) => {
            answer = resolve;
          })
        : 'second',
    );
    await world.advance('100ms');
    expect(await call).toBe('second');
    answer?.('first');
    await world.settle();
    expect(await call).toBe('second');
  });

  test('can be told which results are failures', async () => {
    const calls = hedge({
      world,
      delay: '100ms',
      judgeResult: (status) => (status === 503 ? 'failure' : 'success'),
    });
    expect(await calls.execute(({ number }) => (number === 1 ? 503 : 200))).toBe(200);
    expect(await calls.execute(() => 503)).toBe(503);
  });

  test('an error that its judge calls a success is an answer', async () => {
    const notFound = new Error('no such order');
    const calls = hedge({
      world,
      delay: '100ms',
      judgeError: (e) => (e === notFound ? 'success' : 'failure'),
    });
    let runs = 0;
    const outcome = await calls.tryExecute(() => {
      runs++;
      throw notFound;
    });
    expect(outcome).toMatchObject({ ok: false, error: { cause: notFound } });
    expect(runs).toBe(1);
  });

  test('hedges stay within the budget', async () => {
    const budget = retryBudget({ world, ratio: 0.1, minimum: 0 });
    const calls = hedge({ world, delay: '100ms', budget });
    let runs = 0;
    const slow = async (): Promise<void> => {
      runs++;
      await sleep('200ms', { world });
    };
    const all = Array.from({ length: 50 }, () => calls.execute(slow));
    await world.advance('1s');
    await Promise.all(all);
    expect(runs).toBe(55);
  });

  test.each(['retry outside', 'hedge outside'])(
    'retries and hedges that share a budget stay within it together: %s',
    async (order) => {
      const budget = retryBudget({ world, ratio: 0.2, minimum: 0 });
      const policies = [
        retry({ world, maxAttempts: 4, backoff: constant(0), budget }),
        hedge({ world, delay: '1ms', maxAttempts: 3, budget }),
      ] as const;
      const calls =
        order === 'retry outside' ? pipeline(policies[0], policies[1]) : pipeline(policies[1], policies[0]);
      let runs = 0;
      for (let request = 0; request < 100; request++) {
        await calls.tryExecute(() => {
          runs++;
          throw new Error('down');
        });
      }
      expect(runs).toBeLessThanOrEqual(120);
    },
  );

  test('an abort of the caller by the loser, while it is told that it has lost, comes too late', async () => {
    const controller = new AbortController();
    const call = hedge({ world, delay: '100ms' }).execute(
      ({ number, signal }) => {
        if (number === 2) return 'second';
        signal.addEventListener('abort', () => controller.abort());
        return new Promise<string>(() => {});
      },
      { signal: controller.signal },
    );
    await world.advance('100ms');
    expect(await call).toBe('second');
  });

  test('whatever the attempts do, one answer comes out, and nothing stays behind', async () => {
    // In microseconds; what each attempt adds to a sum tells it from the others, so that no two end together.
    const plan = (offset: number) =>
      fc.record({ after: fc.nat(20).map((n) => n * 100 + offset), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(plan(1), plan(3), plan(9), plan(27)),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 10 }).map((n) => n * 100),
        async (plans, maxAttempts, delay) => {
          const breaker = circuitBreaker({ world, window: { type: 'count', size: 100 }, failureRate: 'off' });
          const begin = world.clock.now();
          let ended = -1;
          const operation = attempts(
            ...plans.map(({ after, fails }) =>
              fails ? { after: `${after}us` as const, error: new Error('down') } : (`${after}us` as const),
            ),
          );
          const call = pipeline(hedge({ world, delay: `${delay}us`, maxAttempts }), breaker)
            .tryExecute(operation)
            .finally(() => {
              ended = world.clock.now() - begin;
            });
          await world.advance('1s');
          const outcome = await call;

          // The model: attempts start one delay after the other, or at once when one fails with none to wait for.
          const model = raceModel(plans.slice(0, maxAttempts), delay);
          expect([outcome.ok, ended]).toEqual([model.ok, model.endsAt]);
          expect(world.pendingTimers).toBe(0);
          expect(breaker.tally.calls).toBe(model.completed);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    [{ delay: -1 }, 'delay'],
    [{ delay: 1, maxAttempts: 0 }, 'maxAttempts'],
    [{ delay: 1, maxAttempts: 101 }, 'maxAttempts'],
  ])('refuses %j', (options, field) => {
    expect(() => hedge(options)).toThrow(field);
  });
});

/** Microsecond by microsecond: who starts, who ends, who wins. */
function raceModel(plans: readonly { after: number; fails: boolean }[], delay: number) {
  const running: { endsAt: number; fails: boolean }[] = [];
  let started = 0;
  let completed = 0;
  let nextAt = 0;
  for (let now = 0; ; now++) {
    for (let changed = true; changed; ) {
      changed = false;
      if (started < plans.length && now >= nextAt) {
        const plan = plans[started++]!;
        running.push({ endsAt: now + plan.after, fails: plan.fails });
        nextAt = now + delay;
        changed = true;
      }
      const done = running.findIndex(({ endsAt }) => endsAt <= now);
      if (done !== -1 && !changed) {
        const [attempt] = running.splice(done, 1);
        completed++;
        if (!attempt!.fails) return { ok: true, endsAt: now, completed };
        nextAt = now;
        changed = true;
      }
    }
    if (running.length === 0 && started === plans.length) return { ok: false, endsAt: now, completed };
  }
}
