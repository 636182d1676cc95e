import { isHoldfastError, ManualWorld, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { type DegradedEvent, degraded } from './degraded.ts';
import { fallback } from './fallback.ts';

const never = new Promise<never>(() => {});

function fails(message = 'down'): () => Promise<never> {
  return () => Promise.reject(new Error(message));
}

describe('a fallback', () => {
  test('answers a failed call with a value made from its error, at once or later', async () => {
    const atOnce = fallback((error) => `sorry: ${(error as Error).message}`);
    const later = fallback(async () => 'from the other shop');
    expect(await atOnce.execute(fails())).toBe('sorry: down');
    expect(await later.execute(fails())).toBe('from the other shop');
  });

  test('does nothing when the call succeeds', async () => {
    let asked = 0;
    const policy = fallback(() => ++asked);
    expect(await policy.tryExecute(async () => 'fresh')).toEqual({ ok: true, value: 'fresh' });
    expect(asked).toBe(0);
  });

  test('says in the outcome and in an event who answered', async () => {
    const heard: DegradedEvent[] = [];
    const stop = degraded.subscribe((event) => heard.push(event));
    const error = new Error('down');
    const outcome = await fallback(() => 0, { name: 'no-stock' }).tryExecute(() => Promise.reject(error));
    stop();
    expect(outcome).toEqual({ ok: true, value: 0, degradedBy: 'no-stock' });
    expect(heard).toEqual([{ policy: 'no-stock', kind: 'fallback', error }]);
  });

  test('in a chain, the next one out answers when the substitute fails too', async () => {
    const calls = pipeline(
      fallback(() => 'static', { name: 'static' }),
      fallback(fails('replica down'), { name: 'replica' }),
    );
    expect(await calls.tryExecute(fails())).toEqual({ ok: true, value: 'static', degradedBy: 'static' });
  });

  test.each([
    ['at once', () => fallbackThrows()],
    ['later', async () => fallbackThrows()],
  ])('keeps both errors when the substitute fails %s, the original first', async (_when, substitution) => {
    const original = new Error('primary down');
    const outcome = await fallback(substitution).tryExecute(() => Promise.reject(original));
    if (outcome.ok) throw new Error('must fail');
    const { error } = outcome;
    expect(error).toMatchObject({ code: 'FALLBACK_FAILED', cause: original });
    if (error.code !== 'FALLBACK_FAILED') throw new Error('must be the fallback');
    expect(error.causes).toEqual([original, new Error('backup down')]);
    expect(error.message).toContain('primary down');
    expect(error.message).toContain('backup down');
  });

  test('stands in for refusals and time-outs, but not for who gave up', async () => {
    const world = new ManualWorld();
    const breaker = circuitBreaker({ world });
    breaker.force('forced-open');
    expect(
      await pipeline(
        fallback(() => 'cached', { world }),
        breaker,
      ).execute(async () => 1),
    ).toBe('cached');
    const slow = pipeline(
      fallback(() => 'cached', { world }),
      timeout('1s', { world }),
    ).execute(() => never);
    await world.advance('1s');
    expect(await slow).toBe('cached');

    const controller = new AbortController();
    const aborted = fallback(() => 'cached', { world }).tryExecute(() => never, {
      signal: controller.signal,
    });
    controller.abort();
    expect(await aborted).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    const gaveUp = Object.assign(new Error('stopped'), { name: 'AbortError' });
    await expect(fallback(() => 'cached').execute(() => Promise.reject(gaveUp))).rejects.toBe(gaveUp);
  });

  test('inside a time-out that has passed, it answers nothing any more', async () => {
    const world = new ManualWorld();
    let asked = 0;
    const calls = pipeline(
      timeout('1s', { world }),
      fallback(() => ++asked, { world }),
    );
    const call = calls.tryExecute(() => never);
    await world.advance('1s');
    expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(asked).toBe(0);
  });

  test('an abort while the substitute is pending ends the call, and its late answer changes nothing', async () => {
    const world = new ManualWorld();
    const controller = new AbortController();
    const heard: DegradedEvent[] = [];
    const stop = degraded.subscribe((event) => heard.push(event));
    const call = fallback(() => sleep('1s', { world }).then(() => 'late'), { world }).tryExecute(fails(), {
      signal: controller.signal,
    });
    await world.settle();
    controller.abort();
    expect(await call).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    await world.advance('1s');
    stop();
    expect(heard).toEqual([]);
  });

  test('a retry around it enters it anew, whatever its earlier substitute does', async () => {
    const world = new ManualWorld();
    let asked = 0;
    const calls = pipeline(
      retry({ world, maxAttempts: 2, backoff: constant(0) }),
      timeout('1s', { world }),
      fallback(
        () => {
          asked++;
          return asked === 1 ? sleep('1500ms', { world }).then(() => 'stale') : 'second';
        },
        { world },
      ),
    );
    const call = calls.execute(fails());
    await world.advance('5s');
    expect(await call).toBe('second');
  });

  test('can stand in for results that its judge calls failures', async () => {
    const policy = fallback(() => 200, { judgeResult: (status) => (status === 503 ? 'failure' : 'success') });
    expect(await policy.execute(async () => 503)).toBe(200);
    expect(await policy.execute(async () => 404)).toBe(404);
  });

  test('can be told which errors it is for', async () => {
    const notFound = new TypeError('no such order');
    const policy = fallback(() => 'x', { judgeError: (e) => (e === notFound ? 'ignored' : 'failure') });
    await expect(policy.execute(() => Promise.reject(notFound))).rejects.toBe(notFound);
    expect(await policy.execute(fails())).toBe('x');
  });

  test('answers synchronous calls, unless the substitute has to wait', () => {
    expect(fallback(() => 2).executeSync(fallbackThrows)).toBe(2);
    const outcome = fallback(async () => 2).tryExecuteSync(fallbackThrows);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ASYNC_REQUIRED' } });
  });

  test('its failure is not retried by an outer retry when an inner one has given up', async () => {
    let runs = 0;
    const inner = pipeline(fallback(fails('backup down')), retry({ backoff: constant(0) }));
    const outcome = await retry({ backoff: constant(0) }).tryExecute(() =>
      inner.execute(() => {
        runs++;
        throw new Error('down');
      }),
    );
    expect(isHoldfastError(outcome.ok ? undefined : outcome.error)).toBe(true);
    expect(runs).toBe(3);
  });
});

function fallbackThrows(): never {
  throw new Error('backup down');
}
