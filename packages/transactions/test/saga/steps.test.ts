import { coreErrors, currentDeadline, Deadline, runWithDeadline, sleep } from '@holdfast/core';
import { constant } from '@holdfast/resilience';
import { describe, expect, test } from 'vitest';
import { saga, sagaEnded, stepAttempted, terminal } from '../../src/index.ts';
import { Desk } from './desk.ts';

const noop = () => {};
const retry = { maxAttempts: 3, backoff: constant('1s') };
const unavailable = (executed: 'no' | 'maybe' = 'maybe') =>
  coreErrors.create('UNEXPECTED', { message: 'not now', retryable: 'if-idempotent', executed });

describe('a saga', () => {
  test('does its steps in order, each with the results of those before, in four commits', async () => {
    const keys: string[] = [];
    const order = saga<{ sku: string }>('order', { version: 1 })
      .step('reserve', {
        do: (c) => {
          keys.push(c.key);
          return { id: `r-${c.input.sku}` };
        },
        undo: noop,
      })
      .pivot('charge', {
        do: async (c) => {
          keys.push(c.key);
          return { paid: c.reserve.id };
        },
      })
      .ensure('ship', { do: (c) => `${c.charge.paid} shipped with key ${c.key} by ${c.epoch}` });
    const { ledger, world } = await Desk.open(order);
    const run = await ledger.start(order, { sku: 'a' }, { id: 'o1' });
    expect(await run.result).toEqual({
      status: 'committed',
      value: {
        reserve: { id: 'r-a' },
        charge: { paid: 'r-a' },
        ship: 'r-a shipped with key o1/ship by 1',
      },
      skipped: [],
    });
    expect(keys).toEqual(['o1/reserve', 'o1/charge']);
    expect(ledger.figures.engine.commits).toBe(4);
    await world.settle();
    expect(order.figures).toMatchObject({ driven: 1, committed: 1, rolledBack: 0, stuck: 0, attempts: 3 });
  });

  test('undoes in reverse whatever had begun, with the result where it is known, and says why', async () => {
    const undone: unknown[] = [];
    const trip = saga('trip', { version: 1 })
      .step('flight', { do: () => 'F1', undo: (c, r) => void undone.push([c.key, c.doKey, r]) })
      .step('hotel', { do: () => 'H1', undo: (_c, r) => void undone.push(r) })
      .step('car', {
        do: () => {
          throw terminal('no cars left', { city: 'Rome' });
        },
        undo: (_c, r) => void undone.push(r),
      })
      .step('never', { do: () => undone.push('never'), undo: () => void undone.push('never') });
    const { ledger } = await Desk.open(trip);
    const run = await ledger.start(trip, undefined, { id: 't1' });
    expect(await run.result).toMatchObject({
      status: 'rolled-back',
      step: 'car',
      error: { code: 'STEP_REFUSED', message: 'no cars left', context: { city: 'Rome' } },
    });
    expect(undone).toEqual([undefined, 'H1', ['t1/flight/undo', 't1/flight', 'F1']]);
    expect((await run.summary()).note).toBe('rolled back: no cars left');
  });

  test('tries a step again as its retry says, and compensates when the attempts are used up', async () => {
    const attempts: number[] = [];
    const order = saga('order', { version: 1 }).step('reserve', {
      do: (c) => {
        attempts.push(c.attempt);
        throw unavailable();
      },
      undo: (_c, r) => void attempts.push(r === undefined ? 0 : 1),
      retry,
    });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    expect(attempts).toEqual([1]);
    await desk.world.advance('1s');
    expect(attempts).toEqual([1, 2]);
    await desk.world.advance('1s');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'rolled-back', step: 'reserve' });
    expect(attempts).toEqual([1, 2, 3, 0]);
  });

  test('waits as long as a failure asks for', async () => {
    let calls = 0;
    const order = saga('order', { version: 1 }).step('reserve', {
      do: () => {
        if (++calls === 1)
          throw coreErrors.create('UNEXPECTED', { message: 'busy', retryable: 'safe', retryAfter: 60_000 });
      },
      undo: noop,
      retry,
    });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('59s');
    expect(calls).toBe(1);
    await desk.world.advance('1s');
    expect(calls).toBe(2);
  });

  test('an error that says nothing is tried again, and a step that is not idempotent is not', async () => {
    let calls = 0;
    const failing = (idempotent: boolean) =>
      saga(`order-${idempotent}`, { version: 1 }).step('reserve', {
        do: () => {
          calls++;
          throw new Error('ECONNRESET');
        },
        undo: noop,
        retry: { ...retry, idempotent },
      });
    const [again, once] = [failing(true), failing(false)];
    const desk = await Desk.open(again, once);
    await desk.ledger.start(once, undefined, { id: 'once' });
    await desk.world.advance('5s');
    expect(calls).toBe(1);
    expect(await desk.outcome(once, 'once')).toMatchObject({ status: 'rolled-back' });
    await desk.ledger.start(again, undefined, { id: 'again' });
    await desk.world.advance('5s');
    expect(calls).toBe(4);
  });

  test('a timeout may have happened: what ends soon after it counts, what does not is undone blindly', async () => {
    const undone: unknown[] = [];
    const slow = (name: string, seconds: number) =>
      saga(name, { version: 1 }).step('reserve', {
        do: async () => {
          await sleep(seconds * 1_000, { world: desk.world });
          return 'done';
        },
        undo: (_c, r) => void undone.push(r),
        timeout: '2s',
        retry: { maxAttempts: 1 },
      });
    const [justLate, muchLater] = [slow('just-late', 2.5), slow('much-later', 10)];
    const desk = new Desk(justLate, muchLater);
    await desk.open();
    await desk.ledger.start(justLate, undefined, { id: 'late' });
    await desk.ledger.start(muchLater, undefined, { id: 'later' });
    await desk.world.advance('1m');
    expect(await desk.outcome(justLate, 'late')).toMatchObject({ status: 'committed' });
    const outcome = await desk.outcome(muchLater, 'later');
    expect(outcome).toMatchObject({ status: 'rolled-back', error: { code: 'DEADLINE_EXCEEDED' } });
    expect(undone).toEqual([undefined]);
  });

  test("the signal of a step aborts at its timeout, and its deadline is the ambient one, not the caller's", async () => {
    const seen: unknown[] = [];
    const order = saga('order', { version: 1 }).step('reserve', {
      do: async (c) => {
        seen.push(currentDeadline()?.remaining());
        await sleep('1h', { world: desk.world, signal: c.signal });
      },
      undo: () => void seen.push(currentDeadline()?.remaining()),
      timeout: '2s',
      retry: { maxAttempts: 1 },
    });
    const desk = new Desk(order);
    await desk.open();
    await runWithDeadline(Deadline.after('1s', desk.world), () =>
      desk.ledger.start(order, undefined, { id: 'o1' }),
    );
    await desk.world.advance('2s');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'rolled-back' });
    expect(seen).toEqual([2_000_000, 2_000_000]);
  });

  test('a step that is out of time is not tried again; a saga that is, is compensated', async () => {
    let calls = 0;
    const failing = () => {
      calls++;
      throw unavailable();
    };
    const impatient = saga('impatient', { version: 1 }).step('reserve', {
      do: failing,
      undo: noop,
      deadline: '10s',
      retry: { maxAttempts: 100, backoff: constant('4s') },
    });
    const hasty = saga('hasty', { version: 1, deadline: '1m' })
      .step('reserve', { do: () => 1, undo: () => void calls++ })
      .sleep('pause', '1h');
    const desk = await Desk.open(impatient, hasty);
    await desk.ledger.start(impatient, undefined, { id: 'i' });
    await desk.world.advance('1m');
    expect(calls).toBe(3);
    expect(await desk.outcome(impatient, 'i')).toMatchObject({ status: 'rolled-back', step: 'reserve' });
    await desk.ledger.start(hasty, undefined, { id: 'h' });
    await desk.world.advance('30s');
    await desk.crash();
    await desk.world.advance('29s');
    expect(calls).toBe(3);
    await desk.world.advance('1s');
    expect(await desk.outcome(hasty, 'h')).toMatchObject({
      status: 'rolled-back',
      step: undefined,
      error: { code: 'DEADLINE_EXCEEDED' },
    });
    expect(calls).toBe(4);
  });

  test('goes on after a crash where it was, with the same keys, and its attempts are counted on', async () => {
    const calls: string[] = [];
    const order = saga('order', { version: 1 })
      .step('reserve', { do: (c) => void calls.push(`${c.key} ${c.attempt}`), undo: noop })
      .step('hold', {
        do: (c) => {
          calls.push(`${c.key} ${c.attempt} of ${c.epoch}`);
          if (c.attempt < 3) throw unavailable();
        },
        undo: noop,
        retry,
      });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.crash();
    await desk.world.advance('1s');
    await desk.crash();
    await desk.world.advance('1s');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'committed' });
    expect(calls).toEqual(['o1/reserve 1', 'o1/hold 1 of 1', 'o1/hold 2 of 2', 'o1/hold 3 of 3']);
  });

  test('after a crash a step that is not idempotent is not repeated, but compensated', async () => {
    const calls: unknown[] = [];
    const order = saga('order', { version: 1 }).step('reserve', {
      do: () => new Promise((resolve) => calls.push('do') === 2 && resolve(1)),
      undo: (_c, r) => void calls.push(r),
      retry: { idempotent: false },
    });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.crash();
    await desk.world.settle();
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'rolled-back' });
    expect(calls).toEqual(['do', undefined]);
  });

  test('gives what JSON keeps of a result, in this life as in the next', async () => {
    const seen: unknown[] = [];
    const order = saga('order', { version: 1 })
      .step('when', { do: () => ({ at: new Date(0), no: undefined }), undo: noop })
      .step('see', { do: (c) => void seen.push(c.when), undo: noop });
    const { ledger } = await Desk.open(order);
    const run = await ledger.start(order, undefined);
    await run.result;
    expect(seen).toEqual([{ at: '1970-01-01T00:00:00.000Z' }]);
  });

  test('is one run per id, and refuses another input under it', async () => {
    let calls = 0;
    const order = saga<number>('order', { version: 1 }).step('reserve', { do: () => ++calls, undo: noop });
    const { ledger } = await Desk.open(order);
    const first = await ledger.start(order, 1, { id: 'o1' });
    expect(await first.result).toEqual(await (await ledger.start(order, 1, { id: 'o1' })).result);
    await expect(ledger.start(order, 2, { id: 'o1' })).rejects.toMatchObject({ code: 'LEDGER_RUN_CONFLICT' });
    expect(calls).toBe(1);
  });

  test('tells of its attempts and its end', async () => {
    const heard: unknown[] = [];
    const unsubscribe = [
      stepAttempted.subscribe(({ step, compensation, error }) =>
        heard.push([step, compensation, error !== undefined]),
      ),
      sagaEnded.subscribe(({ saga: name, status, duration }) => heard.push([name, status, duration])),
    ];
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: noop })
      .step('hold', {
        do: () => {
          throw terminal('no');
        },
        undo: noop,
      });
    const { ledger, world } = await Desk.open(order);
    await ledger.start(order, undefined);
    await world.settle();
    for (const stop of unsubscribe) stop();
    expect(heard).toEqual([
      ['reserve', false, false],
      ['hold', false, true],
      ['hold', true, false],
      ['reserve', true, false],
      ['order', 'rolled-back', 0],
    ]);
  });

  test('an attached step needs a ledger on a database, and says so', async () => {
    const order = saga('order', { version: 1 }).step('reserve', { do: () => 1, undo: noop, attached: true });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    expect((await desk.status('o1')).parked).toContain("'reserve' is attached");
  });
});
