import { coreErrors, Deadline, HoldfastError, ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { timeout } from '../timeout/timeout.ts';
import { constant } from './backoff.ts';
import { type RetryEvent, retry, retryDecided } from './retry.ts';
import { retryBudget } from './retry-budget.ts';

const refusal = {
  code: 'BUSY',
  severity: 'medium',
  category: 'overload',
  retryable: 'safe',
  executed: 'no',
} as const;

/** An operation that fails `failures` times and counts its runs. */
function flaky(failures: number, error: () => unknown = () => new Error('flaky')) {
  const operation = async (): Promise<string> => {
    operation.runs++;
    if (operation.runs <= failures) throw error();
    return 'done';
  };
  operation.runs = 0;
  return operation;
}

describe('retry', () => {
  test('maxAttempts counts the first attempt', async () => {
    const operation = flaky(9);
    const world = new ManualWorld();
    const call = retry({ world, maxAttempts: 3, backoff: constant(0) }).tryExecute(operation);
    expect(await call).toMatchObject({ ok: false });
    expect(operation.runs).toBe(3);
  });

  test('waits between attempts and leaves no timer behind', async () => {
    const world = new ManualWorld();
    const operation = flaky(2);
    const call = retry({ world, backoff: constant('1s') }).execute(operation);
    await world.advance('1999ms');
    expect(operation.runs).toBe(2);
    await world.advance('1ms');
    expect(await call).toBe('done');
    expect(world.pendingTimers).toBe(0);
  });

  test('an abort ends the wait at once', async () => {
    const world = new ManualWorld();
    const controller = new AbortController();
    const call = retry({ world, backoff: constant('1m') }).tryExecute(flaky(9), {
      signal: controller.signal,
    });
    await world.settle();
    controller.abort();
    expect(await call).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    expect(world.pendingTimers).toBe(0);
  });

  test('a time-out around it ends the wait, and the retries', async () => {
    const world = new ManualWorld();
    const operation = flaky(9);
    const calls = pipeline(
      timeout('5s', { world }),
      retry({ world, maxAttempts: 100, backoff: constant('2s') }),
    );
    const call = calls.tryExecute(operation);
    await world.advance('1m');
    expect(await call).toMatchObject({ ok: false });
    expect(operation.runs).toBe(3);
    expect(world.pendingTimers).toBe(0);
  });

  test('retries a time-out inside it, each try with its own signal', async () => {
    const world = new ManualWorld();
    const signals: AbortSignal[] = [];
    const calls = pipeline(retry({ world, maxAttempts: 2, backoff: constant(0) }), timeout('1s', { world }));
    const call = calls.tryExecute((attempt) => {
      signals.push(attempt.signal);
      return new Promise(() => {});
    });
    await world.advance('1s');
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    await world.advance('1s');
    expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
  });

  test('waits as long as the failure asks, and gives up when that is too long', async () => {
    const world = new ManualWorld();
    const busy = (retryAfter: number) => () => new HoldfastError(refusal, { message: 'busy', retryAfter });
    const patient = flaky(1, busy(2_000));
    const call = retry({ world, backoff: constant('1ms') }).execute(patient);
    await world.advance('1999ms');
    expect(patient.runs).toBe(1);
    await world.advance('1ms');
    expect(await call).toBe('done');
    const hopeless = flaky(1, busy(3_600_000));
    expect(await retry({ world }).tryExecute(hopeless)).toMatchObject({ ok: false });
    expect(hopeless.runs).toBe(1);
  });

  test('does not wait past the deadline', async () => {
    const world = new ManualWorld();
    const operation = flaky(1);
    const calls = retry({ world, backoff: constant('2s') });
    const outcome = await calls.tryExecute(operation, { deadline: Deadline.after('1s', world) });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'OPERATION_FAILED' } });
  });

  test('repeats what may have happened only if that is harmless', async () => {
    const world = new ManualWorld();
    const calls = retry({ world, backoff: constant(0) });
    const unsure = flaky(1);
    await calls.tryExecute(unsure, { idempotent: false });
    expect(unsure.runs).toBe(1);
    const untouched = flaky(1, () => new HoldfastError(refusal, { message: 'busy' }));
    expect(await calls.execute(untouched, { idempotent: false })).toBe('done');
    const hopeless = flaky(1, () => coreErrors.create('INVALID_ARGUMENT', { message: 'bad' }));
    await calls.tryExecute(hopeless);
    expect(hopeless.runs).toBe(1);
  });

  test('does not burn its attempts on an open breaker', async () => {
    const world = new ManualWorld();
    const breaker = circuitBreaker({ world, consecutiveFailures: 1 });
    const calls = pipeline(retry({ world, backoff: constant(0) }), breaker);
    const operation = flaky(9);
    expect(await calls.tryExecute(operation)).toMatchObject({ ok: false, error: { code: 'BREAKER_OPEN' } });
    expect(operation.runs).toBe(1);
  });

  test('leaves alone what an inner retry has given up on', async () => {
    const world = new ManualWorld();
    const operation = flaky(99);
    const inner = retry({ world, backoff: constant(0) });
    const outer = retry({ world, backoff: constant(0) });
    await outer.tryExecute(() => inner.execute(operation));
    expect(operation.runs).toBe(3);
  });

  test.each([
    ['as thrown', (error: unknown) => error],
    ['wrapped by the application', (error: unknown) => new Error('order failed', { cause: error })],
  ])('leaves it alone across pipelines, %s', async (_how, wrap) => {
    const world = new ManualWorld();
    const operation = flaky(99);
    const inner = retry({ world, backoff: constant(0) });
    const outer = retry({ world, backoff: constant(0) });
    await outer.tryExecute(async () => {
      const outcome = await inner.tryExecute(operation);
      if (!outcome.ok) throw wrap(outcome.error);
    });
    expect(operation.runs).toBe(3);
  });

  test('leaves a time-out alone that an inner retry of the same pipeline has given up on', async () => {
    const world = new ManualWorld();
    const once = retry({ world, backoff: constant(0) });
    const twice = retry({ world, backoff: constant(0) });
    let runs = 0;
    const call = pipeline(twice, once, timeout('1s', { world })).tryExecute(() => {
      runs++;
      return new Promise(() => {});
    });
    await world.advance('1m');
    expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(runs).toBe(3);
  });

  test('retries an error object that an earlier call has given up on', async () => {
    const always = new Error('always the same object');
    const calls = retry({ backoff: constant(0) });
    for (let call = 0; call < 2; call++) {
      const operation = flaky(9, () => always);
      await calls.tryExecute(operation);
      expect(operation.runs).toBe(3);
    }
  });

  test('retries a result that its judge calls a failure', async () => {
    const statuses = [503, 503, 200];
    const calls = retry({
      backoff: constant(0),
      judgeResult: (status) => (status === 503 ? 'failure' : 'success'),
    });
    expect(await calls.execute(async () => statuses.shift())).toBe(200);
  });

  test('a judge that throws fails the call instead of hanging it', async () => {
    const broken = new Error('broken judge');
    const calls = retry({
      maxAttempts: 1,
      judgeResult: () => {
        throw broken;
      },
    });
    await expect(calls.execute(async () => 1)).rejects.toBe(broken);
  });

  test('says what it decided', async () => {
    const heard: RetryEvent[] = [];
    const stop = retryDecided.subscribe((event) => heard.push(event));
    const world = new ManualWorld();
    const call = retry({ world, name: 'orders', maxAttempts: 2, backoff: constant('1s') }).tryExecute(
      flaky(9),
    );
    await world.advance('1s');
    await call;
    stop();
    expect(heard).toMatchObject([
      { retry: 'orders', attempt: 1, delay: 1_000, stopped: undefined },
      { retry: 'orders', attempt: 2, delay: undefined, stopped: 'attempts' },
    ]);
  });

  test('nothing is retried under high load', async () => {
    const operation = flaky(9);
    await retry({ backoff: constant(0), load: () => 0.95 }).tryExecute(operation);
    expect(operation.runs).toBe(1);
  });
});

describe('a retry budget', () => {
  test('bounds the retries of all calls in every window', async () => {
    const world = new ManualWorld();
    const budget = retryBudget({ world, ratio: 0.2, window: '10s', minimum: 0 });
    const calls = retry({ world, maxAttempts: 4, backoff: constant(0), budget });
    for (let window = 0; window < 5; window++) {
      const operation = flaky(Number.POSITIVE_INFINITY);
      for (let call = 0; call < 100; call++) await calls.tryExecute(operation);
      expect(operation.runs).toBe(120);
      await world.advance('10s');
    }
  });

  test('allows its minimum to those that call seldom', async () => {
    const world = new ManualWorld();
    const budget = retryBudget({ world, ratio: 0, minimum: 2 });
    const operation = flaky(9);
    await retry({ world, maxAttempts: 9, backoff: constant(0), budget }).tryExecute(operation);
    expect(operation.runs).toBe(3);
    expect(budget.remaining).toBe(0);
  });
});
