import { Deadline, isHoldfastError, ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import { timeout } from '../timeout/timeout.ts';
import type { CallOptions } from './call-options.ts';
import { pipeline } from './pipeline.ts';

const never = new Promise<never>(() => {});

describe('a pipeline', () => {
  test('returns what the operation returns, and throws what it throws', async () => {
    const calls = pipeline(circuitBreaker(), timeout('1s'));
    const boom = new Error('boom');
    expect(await calls.execute(async () => 42)).toBe(42);
    expect(await calls.execute(() => 'at once')).toBe('at once');
    await expect(calls.execute(() => Promise.reject(boom))).rejects.toBe(boom);
    await expect(
      calls.execute(() => {
        throw boom;
      }),
    ).rejects.toBe(boom);
  });

  test('ends a call that takes too long, aborts its signal, and leaves no timer', async () => {
    const world = new ManualWorld();
    const calls = pipeline(circuitBreaker({ world }), timeout('1s', { world }));
    let signal: AbortSignal | undefined;
    const outcome = calls.tryExecute((attempt) => {
      signal = attempt.signal;
      return never;
    });
    await world.advance('999ms');
    expect(signal?.aborted).toBe(false);
    await world.advance('1ms');
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'TIMEOUT', executed: 'maybe' } });
    expect(signal?.aborted).toBe(true);
    expect(isHoldfastError(signal?.reason)).toBe(true);
    expect(world.pendingTimers).toBe(0);
  });

  test('a signal that is read only after the time-out is aborted too', async () => {
    const world = new ManualWorld();
    let read: (() => AbortSignal) | undefined;
    const call = timeout('1s', { world }).tryExecute((attempt) => {
      read = () => attempt.signal;
      return never;
    });
    await world.advance('1s');
    await call;
    expect(read?.().aborted).toBe(true);
  });

  test('the caller can abort, before and during the call', async () => {
    const world = new ManualWorld();
    const calls = pipeline(timeout('1s', { world }));
    const controller = new AbortController();
    const during = calls.tryExecute(() => never, { signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    expect(await during).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    let ran = false;
    const before = await calls.tryExecute(
      () => {
        ran = true;
      },
      { signal: controller.signal },
    );
    expect(before).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    expect(ran).toBe(false);
    expect(world.pendingTimers).toBe(0);
  });

  test('an operation that aborts its own caller while it starts ends the call', async () => {
    const world = new ManualWorld();
    const controller = new AbortController();
    const outcome = await pipeline(circuitBreaker({ world })).tryExecute(
      async () => {
        controller.abort();
        return 'too late';
      },
      { signal: controller.signal },
    );
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
  });

  test('refuses a signal or a deadline that is none, without running the operation', async () => {
    const calls = pipeline(timeout('1s'));
    const wrong = [{ signal: 'stop' }, { deadline: '2s' }] as unknown as readonly CallOptions[];
    for (const options of wrong) {
      const outcome = await calls.tryExecute(() => expect.unreachable(), options);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'INVALID_ARGUMENT', executed: 'no' } });
    }
  });

  test('keeps to the deadline of the call, and hands it to inner pipelines', async () => {
    const world = new ManualWorld();
    const inner = pipeline(timeout('10s', { world }));
    const outer = pipeline(timeout('5s', { world }));
    const outcome = outer.tryExecute(() => inner.execute(() => never), {
      deadline: Deadline.after('2s', world),
    });
    await world.advance('2s');
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'DEADLINE_EXCEEDED' } });
    expect(world.pendingTimers).toBe(0);
  });

  test('tells the attempt the nearest of its deadlines', async () => {
    const world = new ManualWorld();
    const calls = pipeline(timeout('5s', { world }), timeout('1s', { world }));
    expect(await calls.execute((attempt) => attempt.deadline?.remaining())).toBe(1_000_000);
  });

  test('an outcome tells what failed by its code', async () => {
    const outcome = await pipeline(timeout('1s')).tryExecute(async () => {
      throw new Error('no such order');
    });
    if (outcome.ok) throw new Error('must fail');
    expect(outcome.error.code).toBe('OPERATION_FAILED');
    expect(outcome.error.cause).toEqual(new Error('no such order'));
  });

  test('runs synchronously when nothing has to wait, and says so when it would', () => {
    const breaker = circuitBreaker();
    expect(pipeline(breaker).executeSync(() => 7)).toBe(7);
    expect(breaker.executeSync(() => 7)).toBe(7);
    expect(pipeline(breaker).tryExecuteSync(() => Promise.resolve())).toMatchObject({
      ok: false,
      error: { code: 'ASYNC_REQUIRED' },
    });
  });

  test('a wrapped function keeps its parameters and its this', async () => {
    const shop = {
      name: 'corner',
      greet: pipeline(timeout('1s')).wrap(function (this: { name: string }, who: string) {
        return `${this.name} greets ${who}`;
      }),
    };
    expect(await shop.greet('you')).toBe('corner greets you');
  });
});
