// Goal: the breaker as a policy: what callers, events and errors see. Its decisions are compared with an oracle elsewhere.
import { coreErrors, HoldfastError, ManualWorld, type Severity, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import {
  type BreakerTransitionEvent,
  breakerTransition,
  type CircuitBreaker,
  type CircuitBreakerOptions,
  circuitBreaker,
} from './circuit-breaker.ts';

let world: ManualWorld;

beforeEach(() => {
  world = new ManualWorld();
});

function breakerWith(options: CircuitBreakerOptions = {}): CircuitBreaker {
  return circuitBreaker({
    world,
    name: 'orders',
    window: { type: 'count', size: 10 },
    minimumThroughput: 4,
    openDuration: '5s',
    ...options,
  });
}

function failing(options: { severity?: Severity; retryAfter?: number } = {}): () => never {
  return () => {
    throw coreErrors.create('UNEXPECTED', { message: 'down', ...options });
  };
}

async function call(breaker: CircuitBreaker, operation: () => unknown): Promise<string> {
  const outcome = await breaker.tryExecute(operation);
  return outcome.ok ? 'ok' : outcome.error.code;
}

async function trip(breaker: CircuitBreaker, operation: () => unknown = failing()): Promise<void> {
  while (breaker.state === 'closed') await call(breaker, operation);
}

describe('a circuit breaker', () => {
  test('opens, refuses without running anything, probes and closes again', async () => {
    const breaker = breakerWith();
    await trip(breaker);
    let runs = 0;
    expect(await call(breaker, () => runs++)).toBe('BREAKER_OPEN');
    expect(runs).toBe(0);
    await world.advance('5s');
    expect(breaker.state).toBe('half-open');
    expect(await call(breaker, () => runs++)).toBe('ok');
    expect(breaker.state).toBe('closed');
    expect(world.pendingTimers).toBe(0);
  });

  test('a refusal says why, on which numbers, and when to come back', async () => {
    const breaker = breakerWith();
    await call(breaker, () => 1);
    await trip(breaker);
    await world.advance('1s');
    const outcome = await breaker.tryExecute(() => 1);
    if (outcome.ok) throw new Error('must be refused');
    expect(outcome.error).toMatchObject({
      code: 'BREAKER_OPEN',
      executed: 'no',
      retryAfter: 4_000,
      origin: { component: 'orders' },
      context: { policy: 'circuit-breaker', state: 'open', reason: 'failure-rate', calls: 4, failures: 3 },
    });
    expect(outcome.error.message).toBe(
      'orders is open (failure-rate: of 4 calls 3 failed, 0 were slow): it lets calls through again in 4s at the earliest',
    );
  });

  test('a refusal by hand does not show the numbers of an earlier opening', async () => {
    const breaker = breakerWith();
    await trip(breaker);
    breaker.reset();
    breaker.force('forced-open');
    const outcome = await breaker.tryExecute(() => 1);
    if (outcome.ok) throw new Error('must be refused');
    expect(outcome.error.context).toEqual({ policy: 'circuit-breaker', state: 'forced-open' });
    expect(outcome.error.retryAfter).toBeUndefined();
  });

  test('publishes each change of state with its reason and numbers', async () => {
    const heard: BreakerTransitionEvent[] = [];
    const stop = breakerTransition.subscribe((event) => heard.push(event));
    const breaker = breakerWith();
    await trip(breaker);
    await world.advance('5s');
    await call(breaker, () => 1);
    stop();
    expect(heard.map(({ breaker, from, to, reason }) => [breaker, from, to, reason])).toEqual([
      ['orders', 'closed', 'open', 'failure-rate'],
      ['orders', 'open', 'half-open', 'open-elapsed'],
      ['orders', 'half-open', 'closed', 'probes-succeeded'],
    ]);
    expect(heard[0]).toMatchObject({ calls: 4, failureUnits: 40_000 });
  });

  test('the judge decides what is a failure, of errors and of results', async () => {
    const breaker = breakerWith({
      consecutiveFailures: 2,
      judgeError: (error) => (error instanceof RangeError ? 'ignored' : 'failure'),
      judgeResult: (status) => (status === 503 ? 'failure' : 'success'),
    });
    const ignored = (): never => {
      throw new RangeError('no such page');
    };
    await call(breaker, () => 503);
    await call(breaker, ignored);
    expect(breaker.tally.calls).toBe(1);
    await call(breaker, failing());
    expect(breaker.state).toBe('open');
  });

  test('neither cancellations nor refusals of policies inside count, time-outs do', async () => {
    const inner = breakerWith({ name: 'inner' });
    const outer = breakerWith({ name: 'outer' });
    inner.force('forced-open');
    await pipeline(outer, inner).tryExecute(() => 1);
    const controller = new AbortController();
    const aborted = outer.tryExecute(() => new Promise(() => {}), { signal: controller.signal });
    controller.abort();
    await aborted;
    await outer.tryExecute(() => Promise.reject(Object.assign(new Error('stop'), { name: 'AbortError' })));
    expect(outer.tally.calls).toBe(0);
    const late = pipeline(outer, timeout('1s', { world })).tryExecute(() => new Promise(() => {}));
    const cutShort = pipeline(timeout('1s', { world }), outer).tryExecute(() => new Promise(() => {}));
    await world.advance('1s');
    await Promise.all([late, cutShort]);
    expect(outer.tally).toMatchObject({ calls: 2, failureUnits: 20_000 });
  });

  test('failures weigh by their severity', async () => {
    const breaker = breakerWith({ severityWeights: { low: 0, high: 2 }, minimumThroughput: 4 });
    for (let n = 0; n < 4; n++) await call(breaker, failing({ severity: 'low' }));
    expect(breaker.tally).toMatchObject({ calls: 4, failureUnits: 0 });
    await call(breaker, failing({ severity: 'high' }));
    expect(breaker.state).toBe('closed');
    await call(breaker, failing({ severity: 'high' }));
    expect(breaker.state).toBe('open');
  });

  test('slow calls open it, too', async () => {
    const breaker = breakerWith({ slowCallDuration: '100ms', slowRate: 0.5 });
    for (const takes of ['200ms', '10ms', '100ms', '200ms'] as const) {
      const slow = breaker.execute(() => sleep(takes, { world }));
      await world.advance(takes);
      await slow;
    }
    expect(breaker.state).toBe('open');
  });

  test('stays open for as long as the failure asks, within its maximum', async () => {
    const breaker = breakerWith({ openDurationMax: '30s' });
    await trip(breaker, failing({ retryAfter: 20_000 }));
    await world.advance('19s');
    expect(breaker.state).toBe('open');
    await world.advance('1s');
    expect(breaker.state).toBe('half-open');
    await call(breaker, failing({ retryAfter: 3_600_000 }));
    await world.advance('30s');
    expect(breaker.state).toBe('half-open');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -5, 1e300])(
    'a failure that asks to wait %s ms is a failure like any other',
    async (retryAfter) => {
      const breaker = breakerWith({ consecutiveFailures: 1 });
      const failure = coreErrors.create('UNEXPECTED', { message: 'down', retryAfter });
      await expect(breaker.execute(() => Promise.reject(failure))).rejects.toBe(failure);
      expect(breaker.state).toBe('open');
      expect(() => {
        throw failure;
      }).toThrow('down');
      breaker.reset();
      expect(() =>
        breaker.executeSync(() => {
          throw failure;
        }),
      ).toThrow(failure);
      expect(breaker.state).toBe('open');
      const retried = retry({ world, backoff: constant(0), maxAttempts: 2 }).tryExecute(() =>
        Promise.reject(failure),
      );
      await world.advance('1h');
      expect(await retried).toMatchObject({ error: { cause: failure } });
    },
  );

  test('a jump of the wall clock changes nothing', async () => {
    const breaker = breakerWith();
    await trip(breaker);
    world.jumpWall(3_600_000);
    expect(breaker.state).toBe('open');
    world.jumpWall(-7_200_000);
    await world.advance('5s');
    expect(breaker.state).toBe('half-open');
  });

  test('a late outcome of an earlier state changes nothing', async () => {
    const breaker = breakerWith();
    let fail: ((error: Error) => void) | undefined;
    const late = breaker.tryExecute(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    await trip(breaker);
    await world.advance('5s');
    const probe = breaker.execute(() => sleep('1s', { world }));
    fail?.(new Error('late'));
    await late;
    expect(breaker.state).toBe('half-open');
    await world.advance('1s');
    await probe;
    expect(breaker.state).toBe('closed');
  });

  test('a time window forgets what is old while it idles', async () => {
    const breaker = breakerWith({ window: { type: 'time', duration: '10s' }, minimumThroughput: 10 });
    for (let n = 0; n < 100; n++) await call(breaker, () => 1);
    await world.advance('100s');
    expect(breaker.idle).toBe(true);
    for (let n = 0; n < 10; n++) await call(breaker, failing());
    expect(breaker.state).toBe('open');
  });

  test('a cancelled probe gives its place back', async () => {
    const breaker = breakerWith();
    await trip(breaker);
    await world.advance('5s');
    const controller = new AbortController();
    const probe = breaker.tryExecute(() => new Promise(() => {}), { signal: controller.signal });
    expect(await call(breaker, () => 1)).toBe('BREAKER_OPEN');
    controller.abort();
    await probe;
    expect(await call(breaker, () => 1)).toBe('ok');
    expect(breaker.state).toBe('closed');
  });

  test('a probe that never ends holds it for its maximum wait only', async () => {
    const breaker = breakerWith({ halfOpen: { probes: 1, maxWait: '3s' } });
    await trip(breaker);
    await world.advance('5s');
    void breaker.tryExecute(() => new Promise(() => {}));
    const refused = await breaker.tryExecute(() => 1);
    expect(refused).toMatchObject({ error: { retryAfter: 3_000, context: { state: 'half-open' } } });
    await world.advance('3s');
    expect(breaker.state).toBe('open');
    await world.advance('5s');
    expect(await call(breaker, () => 1)).toBe('ok');
    expect(breaker.state).toBe('closed');
  });

  test('a crowd that arrives while it is half-open is refused, but for the probes', async () => {
    const breaker = breakerWith({ halfOpen: { probes: 3 } });
    await trip(breaker);
    await world.advance('5s');
    const crowd = Array.from({ length: 100 }, () => call(breaker, () => sleep('1ms', { world })));
    await world.advance('1ms');
    const answers = await Promise.all(crowd);
    expect(answers.filter((answer) => answer === 'ok').length).toBe(3);
  });

  test('forced states hold until they are reset', async () => {
    const breaker = breakerWith();
    breaker.force('forced-open');
    await world.advance('1h');
    expect(await call(breaker, () => 1)).toBe('BREAKER_OPEN');
    breaker.force('disabled');
    for (let n = 0; n < 50; n++) await call(breaker, failing());
    expect(breaker.state).toBe('disabled');
    breaker.reset();
    expect(breaker.tally.calls).toBe(0);
    expect(() => breaker.force('open' as 'disabled')).toThrow('state');
  });

  test('metrics-only says that it would have opened, and refuses nobody', async () => {
    const heard: BreakerTransitionEvent[] = [];
    const breaker = breakerWith();
    breaker.force('metrics-only');
    const stop = breakerTransition.subscribe((event) => heard.push(event));
    for (let n = 0; n < 8; n++) expect(await call(breaker, failing())).toBe('OPERATION_FAILED');
    stop();
    expect(heard.map(({ to }) => to)).toEqual(['would-open', 'would-open']);
  });

  test('a refused reconfiguration leaves the old settings', async () => {
    const breaker = breakerWith();
    for (const changes of [
      { failureRate: 2 },
      { openDuration: -1 },
      { slowCallDuration: 'soon' as never },
      { severityWeights: { low: -1 } },
      { window: { type: 'count', size: 0 } },
      { halfOpen: { probes: 0 } },
    ] as const) {
      expect(() => breaker.reconfigure({ openDuration: '1h', ...changes })).toThrow(HoldfastError);
    }
    await trip(breaker);
    expect(await breaker.tryExecute(() => 1)).toMatchObject({ error: { retryAfter: 5_000 } });
  });

  test('a count window that could never hold enough calls is refused; the default fits itself to it', async () => {
    expect(() => circuitBreaker({ window: { type: 'count', size: 10 }, minimumThroughput: 11 })).toThrow(
      'minimumThroughput',
    );
    const breaker = circuitBreaker({ world, window: { type: 'count', size: 5 } });
    for (let n = 0; n < 5; n++) await call(breaker, failing());
    expect(breaker.state).toBe('open');
  });

  test('its state can be taken to another process', async () => {
    const breaker = breakerWith({ openDurationFactor: 2 });
    await trip(breaker);
    await world.advance('2s');
    const snapshot = JSON.parse(JSON.stringify(breaker.export()));
    const elsewhere = new ManualWorld();
    await elsewhere.advance('1d');
    const heir = breakerWith({ world: elsewhere, openDurationFactor: 2 });
    heir.restore(snapshot);
    expect(heir.export()).toEqual(snapshot);
    await elsewhere.advance('3s');
    await call(heir, failing());
    expect(await heir.tryExecute(() => 1)).toMatchObject({ error: { retryAfter: 10_000 } });
    for (const broken of [
      { ...snapshot, version: 2 },
      { ...snapshot, state: 'ajar' },
      { ...snapshot, openRemaining: -1 },
      { ...snapshot, openings: Number.NaN },
    ]) {
      expect(() => heir.restore(broken)).toThrow('snapshot.');
    }
  });

  test('what is exported and restored answers as the original does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('ok', 'fail', 'refuse'), fc.integer({ min: 1, max: 8 }))),
        (steps) => {
          const options = {
            minimumThroughput: 1,
            window: { type: 'count', size: 1 },
            openDurationFactor: 2,
          } as const;
          let breaker = breakerWith(options);
          const twin = breakerWith(options);
          for (const step of steps) {
            if (typeof step === 'number') world.advanceSync(`${step}s`);
            else {
              const results = [breaker, twin].map((each) => {
                const result = each.tryExecuteSync(step === 'fail' ? failing() : () => 1);
                return result.ok ? 'ok' : [result.error.code, result.error.retryAfter];
              });
              expect(results[0]).toEqual(results[1]);
            }
            const snapshot = breaker.export();
            breaker = breakerWith(options);
            breaker.restore(snapshot);
          }
        },
      ),
    );
  });

  describe('around synchronous operations', () => {
    test('opens and refuses just as well', () => {
      const breaker = breakerWith();
      for (let n = 0; n < 4; n++) expect(() => breaker.executeSync(failing())).toThrow('down');
      expect(() => breaker.executeSync(() => 1)).toThrow('orders is open');
      expect(breaker.tryExecuteSync(() => 1)).toMatchObject({ error: { code: 'BREAKER_OPEN' } });
    });

    test('counts slow ones', () => {
      const breaker = breakerWith({ slowCallDuration: '100ms' });
      for (let n = 0; n < 4; n++) breaker.executeSync(() => world.advanceSync('101ms'));
      expect(breaker.state).toBe('open');
    });

    test('refuses an operation that returns a promise: its failures would go unseen', () => {
      const breaker = breakerWith();
      expect(() => breaker.executeSync(async () => 1)).toThrow('use execute');
    });

    test('a judge that throws does not hold the place of a probe', async () => {
      const broken = new Error('broken judge');
      const judge = (): never => {
        throw broken;
      };
      for (const options of [{ judgeResult: judge }, { judgeError: judge }]) {
        const breaker = breakerWith(options);
        for (const operation of [() => 1, failing()]) {
          breaker.restore({ version: 1, state: 'half-open', openRemaining: 0, openings: 1 });
          try {
            breaker.executeSync(operation);
          } catch {
            // Either the operation's error or the judge's.
          }
          expect(breaker.state).not.toBe('half-open');
        }
      }
    });
  });

  test.each([
    [{ failureRate: -0.1 }, 'failureRate'],
    [{ failureRate: Number.NaN }, 'failureRate'],
    [{ minimumThroughput: 0 }, 'minimumThroughput'],
    [{ consecutiveFailures: 0 }, 'consecutiveFailures'],
    [{ openDuration: 0 }, 'openDuration'],
    [{ openDurationFactor: 0.5 }, 'openDurationFactor'],
    [{ slowCallDuration: 1, slowRate: 2 }, 'slowRate'],
    [{ window: { type: 'log' } as never }, 'window.type'],
    [{ halfOpen: { maxWait: 0 } }, 'halfOpen.maxWait'],
  ] as const)('refuses %j', (options, field) => {
    expect(() => circuitBreaker(options)).toThrow(field);
  });
});
