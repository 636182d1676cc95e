import { type HoldfastError, ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { circuitBreaker, pipeline, resilienceErrors, retry, timeout } from '../../src/index.ts';
import { Puppet } from './puppet.ts';

// Goal: no operation, listener or policy, however ill-behaved, makes a call hang, end twice or lose its error.

describe('an operation that misbehaves', () => {
  test('a result whose `then` cannot be read is its failure', async () => {
    const world = new ManualWorld();
    const boom = new Error('no then');
    const breaker = circuitBreaker({ world, consecutiveFailures: 1 });
    const calls = pipeline(breaker, timeout('1s', { world }));
    const operation = (): unknown => ({
      get then(): never {
        throw boom;
      },
    });
    await expect(calls.execute(operation)).rejects.toBe(boom);
    expect(breaker.state).toBe('open');
    expect(world.pendingTimers).toBe(0);
  });

  test('a thenable whose `then` throws is its failure', async () => {
    const world = new ManualWorld();
    const boom = new Error('then threw');
    const thenable = {
      then(): never {
        throw boom;
      },
    };
    await expect(timeout('1s', { world }).execute(() => thenable as never)).rejects.toBe(boom);
    expect(world.pendingTimers).toBe(0);
  });

  test('a promise of a class of its own, whose `then` throws, is its failure', async () => {
    const boom = new Error('then threw');
    class Broken<T> extends Promise<T> {
      override then(): never {
        throw boom;
      }
    }
    const world = new ManualWorld();
    for (const calls of [circuitBreaker({ world }), timeout('1s', { world })]) {
      const call = calls.execute(() => new Broken(() => {}));
      await expect(call).rejects.toBe(boom);
      expect(Object.getPrototypeOf(call)).toBe(Promise.prototype);
    }
    expect(world.pendingTimers).toBe(0);
  });

  test('a function with a `then` is a promise like any other', async () => {
    const world = new ManualWorld();
    const boom = new Error('later');
    const breaker = circuitBreaker({ world, consecutiveFailures: 1 });
    const thenable = Object.assign(() => {}, {
      then: (_: unknown, reject: (error: unknown) => void) => reject(boom),
    });
    await expect(breaker.execute(() => thenable as never)).rejects.toBe(boom);
    expect(breaker.state).toBe('open');
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['an object without a prototype', Object.create(null)],
    ['a symbol', Symbol('thrown')],
    [
      'an object whose toString throws',
      {
        toString: () => {
          throw new Error('no text');
        },
      },
    ],
    ['a frozen error', Object.freeze(new Error('frozen'))],
  ])('throws %s: the very same value comes out', async (_, thrown) => {
    const calls = pipeline(retry({ maxAttempts: 1 }), circuitBreaker(), timeout('1s'));
    const operation = (): never => {
      throw thrown;
    };
    let caught: unknown = 'nothing';
    await calls.execute(operation).catch((error) => {
      caught = error;
    });
    expect(caught).toBe(thrown);
    const outcome = await calls.tryExecute(operation);
    if (outcome.ok) throw new Error('must fail');
    expect(outcome.error).toMatchObject({ code: 'OPERATION_FAILED' });
    expect(outcome.error.cause).toBe(thrown);
  });

  test('asks for an impossible retryAfter: its own error comes out, and the breaker counts it', async () => {
    for (const retryAfter of [-5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const error: HoldfastError = resilienceErrors.create('RATE_LIMITED', { message: 'later', retryAfter });
      const breaker = circuitBreaker({ consecutiveFailures: 1, judgeError: () => 'failure' });
      await expect(breaker.execute(() => Promise.reject(error))).rejects.toBe(error);
      expect(breaker.state).toBe('open');
    }
  });

  test('cannot be a promise where the breaker runs it at once', () => {
    const breaker = circuitBreaker();
    expect(() => breaker.executeSync(() => Promise.resolve(1))).toThrow(
      expect.objectContaining({ code: 'ASYNC_REQUIRED' }),
    );
  });

  test.each(['judgeResult', 'judgeError'] as const)(
    'cannot be judged by %s: the breaker gets its probe back, and its throw comes out',
    async (which) => {
      const boom = new Error('no judgement');
      const world = new ManualWorld();
      const run = (): void => {
        if (which === 'judgeError') throw new Error('operation');
      };
      for (const at of ['once', 'length'] as const) {
        const breaker = circuitBreaker({ world, consecutiveFailures: 1, openDuration: '1s' });
        breaker.reconfigure({
          [which]: () => {
            throw boom;
          },
        });
        const call = async (): Promise<void> =>
          at === 'once' ? breaker.executeSync(run) : breaker.execute(run);
        await expect(call()).rejects.toBe(boom);
        expect(breaker.state).toBe('open');
        await world.advance('1s');
        await expect(call()).rejects.toBe(boom);
        expect(breaker.state).toBe('open');
      }
    },
  );

  test('takes long without a promise: it is slow all the same', async () => {
    const world = new ManualWorld();
    const breaker = circuitBreaker({ world, slowCallDuration: '1s' });
    await breaker.execute(() => world.advanceSync('2s'));
    expect(breaker.tally).toMatchObject({ calls: 1, slowCalls: 1 });
  });
});

describe('calling back into the engine', () => {
  test('an abort listener of the attempt that aborts the caller, while the call is being cut short', async () => {
    const world = new ManualWorld();
    const caller = new AbortController();
    const outcome = timeout('1s', { world }).tryExecute(
      ({ signal }) => {
        signal.addEventListener('abort', () => caller.abort());
        return new Promise(() => {});
      },
      { signal: caller.signal },
    );
    await world.advance('1s');
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(world.pendingTimers).toBe(0);
  });

  test('an abort listener of the attempt that lets the time of an outer timeout pass', async () => {
    const world = new ManualWorld();
    const calls = pipeline(timeout('2s', { world }), timeout('1s', { world }));
    const outcome = calls.tryExecute(({ signal }) => {
      signal.addEventListener('abort', () => world.advanceSync('5s'));
      return new Promise(() => {});
    });
    await world.advance('1s');
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(world.pendingTimers).toBe(0);
  });

  test('a judge that aborts its own caller', async () => {
    const caller = new AbortController();
    const breaker = circuitBreaker({
      judgeResult: () => {
        caller.abort();
        return 'success';
      },
    });
    expect(await pipeline(breaker, timeout('1s')).execute(async () => 7, { signal: caller.signal })).toBe(7);
  });

  test('an operation whose call runs out of time while it starts', async () => {
    const world = new ManualWorld();
    const calls = pipeline(retry({ maxAttempts: 2, world }), timeout('1s', { world }));
    let starts = 0;
    const outcome = calls.tryExecute(() => {
      starts++;
      if (starts === 1) world.advanceSync('1s');
      return starts;
    });
    await world.runAll();
    expect(await outcome).toMatchObject({ ok: true, value: 2 });
  });

  test('a hundred thousand attempts at once do not overflow the stack', async () => {
    const world = new ManualWorld();
    let left = 100_000;
    const again = new Puppet('again', world, { exit: () => (left-- > 0 ? 'again' : 'pass') });
    let starts = 0;
    await pipeline(new Puppet('outer', world, {}), again).execute(() => {
      starts++;
    });
    expect(starts).toBe(100_001);
  });
});

describe('a policy that misbehaves', () => {
  test.each(['enter', 'exit'] as const)(
    'throws in %s: the call fails with that, and lets go of everything',
    async (where) => {
      const world = new ManualWorld();
      const boom = new Error(where);
      const thrower = new Puppet('thrower', world, {
        [where]: () => {
          throw boom;
        },
      });
      const caller = new AbortController();
      const calls = pipeline(timeout('1s', { world }), thrower, timeout('1s', { world }));
      for (const operation of [() => 1, async () => 1, () => Promise.reject(new Error('other'))]) {
        await expect(calls.execute(operation, { signal: caller.signal })).rejects.toBe(boom);
      }
      expect(world.pendingTimers).toBe(0);
    },
  );

  test.each(['exit', 'leave'] as const)(
    'throws in %s while the call is cut short: the call ends all the same',
    async (where) => {
      const world = new ManualWorld();
      const thrower = new Puppet('thrower', world, {
        enter: () => (where === 'leave' ? 'waiting' : 'proceed'),
        [where]: () => {
          throw new Error(where);
        },
      });
      const caller = new AbortController();
      const outer = new Puppet('outer', world, {});
      const outcome = pipeline(outer, thrower, timeout('1h', { world })).tryExecute(
        () => new Promise(() => {}),
        {
          signal: caller.signal,
        },
      );
      caller.abort();
      expect(await outcome).toMatchObject({ ok: false });
      expect(outer.inside).toBe(0);
      expect(world.pendingTimers).toBe(0);
    },
  );

  test('wants to repeat a call that is cut short: the call ends all the same', async () => {
    const world = new ManualWorld();
    const stubborn = new Puppet('stubborn', world, { exit: () => 'again' });
    const caller = new AbortController();
    const outcome = pipeline(stubborn).tryExecute(() => new Promise(() => {}), { signal: caller.signal });
    caller.abort();
    expect(await outcome).toMatchObject({ ok: false });
  });
});
