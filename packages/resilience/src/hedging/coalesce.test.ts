import { currentDeadline, Deadline, ManualWorld, runWithDeadline, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import type { Attempt } from '../pipeline/attempt.ts';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { coalesce } from './coalesce.ts';

let world: ManualWorld;

beforeEach(() => {
  world = new ManualWorld();
});

afterEach(() => {
  expect(world.pendingTimers).toBe(0);
});

/** A read that takes 100 ms and counts its runs. */
function slowRead() {
  const read = async ({ signal }: Attempt): Promise<string> => {
    read.runs++;
    read.signals.push(signal);
    await sleep('100ms', { world, signal });
    return `value ${read.runs}`;
  };
  read.runs = 0;
  read.signals = [] as AbortSignal[];
  return read;
}

describe('coalescing', () => {
  test('calls with the same key at the same time share one run', async () => {
    const policy = coalesce({ world });
    const read = slowRead();
    const all = Promise.all(['a', 'a', 'b', 'a'].map((key) => policy.execute(read, { key })));
    await world.advance('100ms');
    expect(new Set(await all).size).toBe(1);
    expect(read.runs).toBe(2);
    expect(policy.idle).toBe(true);
    const next = policy.execute(read, { key: 'a' });
    await world.advance('100ms');
    expect(await next).toBe('value 3');
  });

  test('they share the very same value', async () => {
    const policy = coalesce({ world });
    const [one, two] = await Promise.all([1, 2].map(() => policy.execute(async () => ({}), { key: 'a' })));
    expect(one).toBe(two);
  });

  test('they share a failure', async () => {
    const policy = coalesce({ world });
    const down = new Error('down');
    let runs = 0;
    const fail = async (): Promise<never> => {
      runs++;
      throw down;
    };
    const outcomes = await Promise.all([1, 2, 3].map(() => policy.tryExecute(fail, { key: 'a' })));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, error: { cause: down } });
    expect(runs).toBe(1);
    expect(policy.idle).toBe(true);
  });

  test('a call without a key runs by itself', async () => {
    const policy = coalesce({ world });
    let runs = 0;
    await Promise.all([1, 2].map(() => policy.execute(async () => ++runs)));
    expect(runs).toBe(2);
  });

  test('a synchronous operation is answered at once, and nothing stays behind', () => {
    const policy = coalesce({ world });
    expect(policy.executeSync(() => 1, { key: 'a' })).toBe(1);
    expect(policy.executeSync(() => 2, { key: 'a' })).toBe(2);
    const thrown = policy.tryExecuteSync(
      () => {
        throw new Error('down');
      },
      { key: 'a' },
    );
    expect(thrown.ok).toBe(false);
    expect(policy.idle).toBe(true);
  });

  test.each(['first', 'second'])('when the %s caller aborts, the others do not notice', async (who) => {
    const policy = coalesce({ world });
    const read = slowRead();
    const controller = new AbortController();
    const signals = who === 'first' ? [controller.signal, undefined] : [undefined, controller.signal];
    const calls = signals.map((signal) => policy.tryExecute(read, { key: 'a', ...(signal && { signal }) }));
    await world.advance('50ms');
    controller.abort();
    await world.advance('50ms');
    const outcomes = await Promise.all(calls);
    expect(outcomes.map(({ ok }) => ok)).toEqual(who === 'first' ? [false, true] : [true, false]);
    expect(read.signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test('when the last caller aborts, the run is aborted, and the next caller starts a new one', async () => {
    const policy = coalesce({ world });
    const read = slowRead();
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => policy.tryExecute(read, { key: 'a', signal }));
    await world.settle();
    controllers[0]?.abort();
    expect(read.signals[0]?.aborted).toBe(false);
    controllers[1]?.abort();
    expect(read.signals[0]?.reason).toMatchObject({ code: 'ABORTED' });
    expect((await Promise.all(calls)).map(({ ok }) => ok)).toEqual([false, false]);
    const next = policy.execute(read, { key: 'a' });
    await world.advance('100ms');
    expect(await next).toBe('value 2');
  });

  test('a run that ends by its abort does not take the place of the next one', async () => {
    const policy = coalesce({ world });
    const controller = new AbortController();
    const read = slowRead();
    let second: Promise<string> | undefined;
    const first = policy.tryExecute(
      ({ signal }) => {
        signal.addEventListener('abort', () => {
          second = policy.execute(read, { key: 'a' });
        });
        return new Promise<string>(() => {});
      },
      { key: 'a', signal: controller.signal },
    );
    controller.abort();
    const third = policy.execute(read, { key: 'a' });
    await world.advance('100ms');
    expect(await first).toMatchObject({ ok: false });
    expect([await second, await third]).toEqual(['value 1', 'value 1']);
  });

  test("a time-out outside ends only its own caller's wait", async () => {
    const shared = coalesce({ world });
    const hasty = pipeline(timeout('10ms', { world }), shared);
    const patient = pipeline(timeout('1s', { world }), shared);
    const read = slowRead();
    const calls = [hasty.tryExecute(read, { key: 'a' }), patient.tryExecute(read, { key: 'a' })];
    await world.advance('100ms');
    const [first, second] = await Promise.all(calls);
    expect(first).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(second).toEqual({ ok: true, value: 'value 1' });
  });

  test("the shared run has the deadline of none of its callers, not even the first one's", async () => {
    const shared = coalesce({ world });
    const seen: (Deadline | undefined)[] = [];
    const read = async (attempt: Attempt): Promise<string> => {
      seen.push(attempt.deadline, currentDeadline());
      await sleep('100ms', { world });
      seen.push(currentDeadline());
      return 'value';
    };
    const soon = Deadline.after('10ms', world);
    const hasty = pipeline(timeout('20ms', { world }), shared);
    const calls = [
      hasty.tryExecute(read, { key: 'a', deadline: soon }),
      shared.tryExecute(read, { key: 'a' }),
      runWithDeadline(soon, () => hasty.tryExecute(read, { key: 'b' })),
      shared.tryExecute(read, { key: 'b' }),
    ];
    await world.advance('100ms');
    const outcomes = await Promise.all(calls);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, false, true]);
    expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  test("a retry inside goes on for those who wait, past the first caller's deadline", async () => {
    const calls = pipeline(coalesce({ world }), retry({ world, maxAttempts: 3, backoff: constant('100ms') }));
    let runs = 0;
    const flaky = async (): Promise<string> => {
      if (++runs < 3) throw new Error('down');
      return 'done';
    };
    const hasty = calls.tryExecute(flaky, { key: 'a', deadline: Deadline.after('50ms', world) });
    const patient = calls.tryExecute(flaky, { key: 'a' });
    await world.advance('200ms');
    expect(await hasty).toMatchObject({ ok: false, error: { code: 'DEADLINE_EXCEEDED' } });
    expect(await patient).toEqual({ ok: true, value: 'done' });
  });

  test('to a breaker inside, one run is one call', async () => {
    const breaker = circuitBreaker({ world });
    const calls = pipeline(coalesce({ world }), breaker);
    await Promise.all([1, 2, 3].map(() => calls.tryExecute(() => Promise.reject('down'), { key: 'a' })));
    expect(breaker.tally).toMatchObject({ calls: 1, failureUnits: 10_000 });
  });

  test('an operation that calls itself with its own key gets a run of its own while it begins', async () => {
    const policy = coalesce({ world });
    const read = (depth: number): Promise<number> =>
      policy.execute(() => (depth === 0 ? 0 : read(depth - 1).then((n) => n + 1)), { key: 'a' });
    expect(await read(3)).toBe(3);
    expect(policy.idle).toBe(true);
  });

  test('a caller may call again with the same key as soon as it has its answer', async () => {
    const policy = coalesce({ world });
    const read = slowRead();
    const twice = async (): Promise<string> => {
      await policy.execute(read, { key: 'a' });
      return policy.execute(read, { key: 'a' });
    };
    const calls = [twice(), twice(), twice()];
    await world.advance('200ms');
    expect(await Promise.all(calls)).toEqual(['value 2', 'value 2', 'value 2']);
  });

  test('a retry outside that goes on at once shares its second run, too', async () => {
    const shared = coalesce({ world });
    const calls = pipeline(retry({ world, maxAttempts: 2, backoff: constant(0) }), shared);
    let runs = 0;
    const flaky = async (): Promise<number> => {
      if (++runs === 1) throw new Error('down');
      return runs;
    };
    expect(await Promise.all([1, 2, 3].map(() => calls.execute(flaky, { key: 'a' })))).toEqual([2, 2, 2]);
    expect(shared.idle).toBe(true);
  });

  test('beyond maxKeys calls run by themselves', async () => {
    const policy = coalesce({ world, maxKeys: 1 });
    const read = slowRead();
    const calls = ['a', 'b', 'b', 'a'].map((key) => policy.execute(read, { key }));
    await world.advance('100ms');
    await Promise.all(calls);
    expect(read.runs).toBe(3);
    expect(() => coalesce({ maxKeys: 0 })).toThrow('maxKeys');
  });

  test('whoever calls and gives up when, a run has at least one caller waiting, and each caller one end', async () => {
    const caller = fc.record({
      arrives: fc.nat(30),
      waits: fc.oneof(fc.constant(10_000), fc.integer({ min: 1, max: 20 })),
      key: fc.constantFrom('a', 'b'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(caller, { minLength: 1, maxLength: 8 }), async (callers) => {
        const policy = coalesce({ world });
        const running = new Map<string, number>();
        let left = callers.length;
        const waiting = new Map<string, number>([
          ['a', 0],
          ['b', 0],
        ]);
        for (const { arrives, waits, key } of callers) {
          void (async () => {
            await sleep(`${arrives * 2}us`, { world });
            waiting.set(key, waiting.get(key)! + 1);
            const outcome = await pipeline(timeout(`${waits * 2 + 1}us`, { world }), policy).tryExecute(
              async ({ signal }) => {
                running.set(key, (running.get(key) ?? 0) + 1);
                expect(running.get(key)).toBe(1);
                try {
                  await sleep('10us', { world, signal });
                } finally {
                  running.set(key, running.get(key)! - 1);
                }
                return key;
              },
              { key },
            );
            if (outcome.ok) expect(outcome.value).toBe(key);
            else expect(outcome.error.code).toBe('TIMEOUT');
            waiting.set(key, waiting.get(key)! - 1);
            left--;
          })();
        }
        while (left > 0) {
          await world.advance('1us');
          for (const [key, runs] of running) expect(runs > 0 && waiting.get(key) === 0).toBe(false);
        }
        expect([...running.values()].every((runs) => runs === 0)).toBe(true);
        expect(policy.idle).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
