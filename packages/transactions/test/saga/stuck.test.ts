import { coreErrors, ManualWorld } from '@holdfast/core';
import { constant } from '@holdfast/resilience';
import { JournalMemory, openMemoryJournal } from '@holdfast/storage';
import { describe, expect, test } from 'vitest';
import { journalEngine, openLedger, saga, sagaStuck, terminal } from '../../src/index.ts';
import { Desk } from './desk.ts';

const noop = () => {};
const retry = { maxAttempts: 2, backoff: constant('1s') };
const refuse = () => {
  throw terminal('no');
};
const unavailable = (executed: 'no' | 'maybe' = 'maybe') =>
  coreErrors.create('UNEXPECTED', { message: 'not now', retryable: 'if-idempotent', executed });

describe('what waits for an operator', () => {
  test('what a ledger will never take parks its saga, visibly', async () => {
    const world = new ManualWorld();
    const engine = journalEngine({
      open: () => openMemoryJournal({ memory: new JournalMemory() }),
      world,
      recordBytesMax: 10_000,
    });
    const order = saga('order', { version: 1 }).step('report', { do: () => 'x'.repeat(20_000), undo: noop });
    const ledger = await openLedger({ engine, definitions: [order], world });
    await ledger.start(order, undefined, { id: 'o1' });
    await world.advance('1m');
    expect(await ledger.read('o1')).toMatchObject({
      status: 'stuck',
      note: expect.stringContaining('too many bytes'),
    });
    await ledger.close();
  });

  test('a bug parks its step, visibly, and a retry after the repair goes on', async () => {
    let broken = true;
    const stuck: unknown[] = [];
    const unsubscribe = sagaStuck.subscribe(({ step, reason }) => stuck.push([step, reason]));
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: noop })
      .step('hold', { do: () => (broken ? (undefined as unknown as { id: 1 }).id : 1), undo: noop });
    const desk = await Desk.open(order);
    const run = await desk.ledger.start(order, undefined, { id: 'o1' });
    const status = await desk.status('o1');
    expect(status.status).toBe('stuck');
    expect(status.steps[1]).toMatchObject({ name: 'hold', state: 'running', stuck: { code: 'UNEXPECTED' } });
    expect((await run.summary()).note).toContain("'hold' is stuck: TypeError");
    expect(stuck).toEqual([['hold', expect.stringContaining('TypeError')]]);
    unsubscribe();
    broken = false;
    await desk.crash();
    expect((await desk.status('o1')).status).toBe('stuck');
    expect(await desk.operator.retry('o1')).toBe('posted');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'committed' });
    expect(await desk.timeline('o1')).toEqual([
      'began',
      'begun reserve',
      'done reserve',
      'begun hold',
      'stuck hold',
      'retried hold',
      'done hold',
    ]);
  });

  test('a compensation is tried as its retry says, then parked, and can be skipped', async () => {
    let calls = 0;
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: () => void calls++ })
      .step('hold', {
        do: () => 2,
        undo: () => {
          calls++;
          throw unavailable();
        },
        undoRetry: retry,
      })
      .step('check', { do: refuse, undo: noop });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('1m');
    expect(calls).toBe(2);
    const { steps } = await desk.status('o1');
    expect(steps[1]).toMatchObject({ state: 'undoing', stuck: { message: 'not now' } });
    expect(steps[0]).toMatchObject({ state: 'done' });
    await desk.operator.skip('o1', 'hold');
    expect(await desk.outcome(order, 'o1')).toMatchObject({
      status: 'rolled-back',
      step: 'check',
      skipped: ['hold'],
    });
    expect(calls).toBe(3);
  });

  test('what was done by hand is resolved with its value', async () => {
    const order = saga('order', { version: 1 })
      .pivot('charge', { do: () => 1 })
      .ensure('ship', { do: refuse })
      .ensure('mail', { do: (c) => `mailed ${c.ship}` });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    expect((await desk.status('o1')).steps[1]!.stuck).toMatchObject({ code: 'STEP_REFUSED' });
    await desk.operator.resolve('o1', 'ship', 'by bike');
    expect(await desk.outcome(order, 'o1')).toMatchObject({
      value: { ship: 'by bike', mail: 'mailed by bike' },
    });
  });

  test('a command that fits nothing is refused, and the timeline says why', async () => {
    const order = saga('order', { version: 1 }).wait('approval');
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.operator.retry('o1');
    await desk.operator.skip('o1', 'approval');
    await desk.operator.signal('o1', 'nonsense');
    const { timeline, status } = await desk.status('o1');
    expect(status).toBe('running');
    expect(timeline.filter(({ what }) => what === 'refused').map(({ detail }) => detail)).toEqual([
      { message: 'retry', why: 'nothing is stuck' },
      { message: 'skip', why: "'approval' is not stuck" },
      { message: 'signal nonsense', why: 'nothing waits for it' },
    ]);
    expect(await desk.operator.cancel('nobody')).toBe('unknown');
  });
});

describe('the pivot', () => {
  const pivoting = (charge: () => unknown, undone: string[] = []) =>
    saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: () => void undone.push('reserve') })
      .pivot('charge', { do: charge, retry });

  test('that refuses rolls back', async () => {
    const undone: string[] = [];
    const order = pivoting(refuse, undone);
    const { ledger } = await Desk.open(order);
    expect(await (await ledger.start(order, undefined)).result).toMatchObject({
      status: 'rolled-back',
      step: 'charge',
    });
    expect(undone).toEqual(['reserve']);
  });

  test('that surely never happened rolls back when its attempts are used up', async () => {
    const order = pivoting(() => {
      throw unavailable('no');
    });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('1m');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'rolled-back', step: 'charge' });
  });

  test('that may have happened is never rolled back by guessing: somebody has to say', async () => {
    for (const word of ['resolve', 'cancel'] as const) {
      let calls = 0;
      const order = pivoting(() => {
        throw unavailable(++calls === 1 ? 'maybe' : 'no');
      });
      const desk = await Desk.open(order);
      await desk.ledger.start(order, undefined, { id: 'o1' });
      await desk.world.advance('1m');
      expect((await desk.status('o1')).steps[1]!.stuck).toMatchObject({ message: 'not now' });
      await desk.operator.skip('o1', 'charge');
      expect((await desk.status('o1')).status).toBe('stuck');
      if (word === 'resolve') await desk.operator.resolve('o1', 'charge', 'paid');
      else await desk.operator.cancel('o1', 'the bank says no');
      expect((await desk.outcome(order, 'o1')).status).toBe(word === 'resolve' ? 'committed' : 'rolled-back');
    }
  });

  test('that was cut off by a crash may have happened', async () => {
    let calls = 0;
    const order = pivoting(() => {
      if (++calls === 1) return new Promise(() => {});
      throw unavailable('no');
    });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.crash();
    await desk.world.advance('1m');
    expect((await desk.status('o1')).status).toBe('stuck');
  });
});

describe('cancel', () => {
  test('before the pivot stops the step under way and compensates, shielded', async () => {
    const log: unknown[] = [];
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: (c) => void log.push(c.signal.aborted) })
      .step('hold', {
        do: (c) =>
          new Promise((_resolve, reject) => {
            c.signal.addEventListener('abort', () => {
              log.push('aborted');
              reject(c.signal.reason);
            });
          }),
        undo: (_c, r) => void log.push(r),
      });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    await desk.operator.cancel('o1', 'changed my mind');
    expect(await desk.outcome(order, 'o1')).toMatchObject({
      status: 'rolled-back',
      step: undefined,
      error: { code: 'SAGA_CANCELLED', message: 'The saga was cancelled: changed my mind' },
    });
    expect(log).toEqual(['aborted', undefined, false]);
  });

  test('lets a step that succeeds after all be undone with its result', async () => {
    const log: unknown[] = [];
    let succeed!: (value: string) => void;
    const order = saga('order', { version: 1 }).step('hold', {
      do: () =>
        new Promise<string>((resolve) => {
          succeed = resolve;
        }),
      undo: (_c, r) => void log.push(r),
    });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    await desk.operator.cancel('o1');
    await desk.world.settle();
    succeed('late');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'rolled-back' });
    expect(log).toEqual(['late']);
  });

  test('during and after the pivot is refused', async () => {
    let pay!: () => void;
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: noop })
      .pivot('charge', {
        do: () =>
          new Promise<void>((resolve) => {
            pay = resolve;
          }),
      });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    await desk.operator.cancel('o1');
    await desk.world.settle();
    pay();
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'committed' });
    expect(await desk.timeline('o1')).toContain('refused');
    expect(await desk.operator.cancel('o1')).toBe('ended');
  });
});
