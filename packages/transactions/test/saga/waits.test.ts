import { invalidArgument, ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  type LedgerEngine,
  memoryEngine,
  openLedger,
  type StandardSchema,
  saga,
  sagaStatus,
  terminal,
} from '../../src/index.ts';
import { Desk } from './desk.ts';

const noop = () => {};

/** As a schema library would make it. */
const decision: StandardSchema<unknown, { approved: boolean }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof (value as { approved?: unknown } | null)?.approved === 'boolean'
        ? { value: value as { approved: boolean } }
        : { issues: [{ message: 'must be true or false', path: ['approved'] }] },
  },
};

const approving = () =>
  saga('order', { version: 1 })
    .step('reserve', { do: () => 1, undo: noop })
    .wait('approval', { signal: decision, timeout: '3d' })
    .step('obey', {
      do: (c) => {
        if (!c.approval.approved) throw terminal('not approved');
        return 'approved';
      },
      undo: noop,
    });

describe('a wait', () => {
  test('goes on with the signal, and its value is known to later steps', async () => {
    const order = approving();
    const desk = await Desk.open(order);
    for (const approved of [true, false]) {
      const id = `o-${approved}`;
      await desk.ledger.start(order, undefined, { id });
      await desk.world.settle();
      expect(await order.signal(desk.ledger, id, 'approval', { approved })).toBe('posted');
      expect((await desk.outcome(order, id)).status).toBe(approved ? 'committed' : 'rolled-back');
    }
  });

  test('takes a signal that came before it, also through a crash, once', async () => {
    let reserve!: () => void;
    const order = saga('order', { version: 1 })
      .step('reserve', {
        do: () =>
          new Promise<void>((resolve) => {
            reserve = resolve;
          }),
        undo: noop,
      })
      .wait('approval')
      .wait('again');
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.operator.signal('o1', 'approval', 7);
    await desk.crash();
    reserve();
    await desk.crash();
    await desk.operator.signal('o1', 'approval', 8);
    const { steps, timeline } = await desk.status('o1');
    expect(steps.map(({ state, value }) => [state, value])).toEqual([
      ['done', undefined],
      ['done', 7],
      ['running', undefined],
    ]);
    expect(timeline.at(-1)).toMatchObject({
      what: 'refused',
      detail: { why: 'it is not waited for any more' },
    });
  });

  test('refuses what its schema refuses: at the door, and again at the saga', async () => {
    const order = approving();
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    await expect(order.signal(desk.ledger, 'o1', 'approval', 'yes')).rejects.toMatchObject({
      code: 'LEDGER_INPUT_INVALID',
      message: expect.stringContaining('approved: must be true or false'),
    });
    await expect(order.signal(desk.ledger, 'o1', 'approve', {})).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await desk.operator.signal('o1', 'approval', 'yes');
    const { timeline, status } = await desk.status('o1');
    expect(status).toBe('running');
    expect(timeline.at(-1)).toMatchObject({ what: 'refused' });
  });

  test('compensates when its time is over, across crashes', async () => {
    const order = approving();
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('2d');
    await desk.crash();
    await desk.world.advance('23h');
    expect((await desk.status('o1')).status).toBe('running');
    await desk.world.advance('1h');
    expect(await desk.outcome(order, 'o1')).toMatchObject({
      status: 'rolled-back',
      step: 'approval',
      error: { code: 'DEADLINE_EXCEEDED' },
    });
  });

  test('after the pivot gives nothing when its time is over', async () => {
    const order = saga('order', { version: 1 })
      .pivot('charge', { do: () => 1 })
      .wait('feedback', { signal: decision, timeout: '1d' })
      .ensure('close', { do: (c) => c.feedback?.approved ?? 'none' });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('1d');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ value: { close: 'none' } });
  });

  test('takes a schema that answers later', async () => {
    const slow: StandardSchema<unknown, number> = {
      '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value: Number(value) + 1 }) },
    };
    const order = saga('order', { version: 1, input: slow }).wait('number', { signal: slow });
    const desk = await Desk.open(order);
    const run = await desk.ledger.start(order, 1, { id: 'o1' });
    await desk.world.settle();
    await order.signal(desk.ledger, 'o1', 'number', 1);
    expect(await run.result).toMatchObject({ value: { number: 2 } });
    expect((await desk.status('o1')).input).toBe(2);
  });
});

describe('a sleep', () => {
  const sleeping = () =>
    saga('order', { version: 1 })
      .sleep('pause', '30d')
      .step('wake', { do: () => 'awake', undo: noop });

  test('of a month ends after a month, whatever crashes meanwhile', async () => {
    const order = sleeping();
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('10d');
    await desk.crash();
    await desk.world.advance('10d');
    await desk.crash();
    await desk.world.advance('239h');
    expect((await desk.status('o1')).status).toBe('running');
    await desk.world.advance('1h');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ value: { wake: 'awake' } });
  });

  test('is not cut short by a wall clock that jumps', async () => {
    const order = sleeping();
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.advance('1d');
    desk.world.jumpWall(365 * 86_400_000);
    await desk.world.advance('28d');
    expect((await desk.status('o1')).status).toBe('running');
    await desk.world.advance('1d');
    expect((await desk.outcome(order, 'o1')).status).toBe('committed');
  });

  test('is told to the timeline, and can be cancelled', async () => {
    const order = sleeping();
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    await desk.operator.cancel('o1');
    expect((await desk.outcome(order, 'o1')).status).toBe('rolled-back');
    expect(desk.world.pendingTimers).toBe(1);
    expect(await desk.timeline('o1')).toEqual(['began', 'begun pause', 'failed']);
  });
});

describe('a lock', () => {
  const selling = (log: string[]) =>
    saga<string[]>('order', { version: 1 })
      .step('take', {
        lock: (c) => c.input,
        do: (c) => void log.push(`${c.id} takes`),
        undo: (c) => void log.push(`${c.id} gives back`),
      })
      .sleep('pause', '10s')
      .step('pay', { do: (c) => void log.push(`${c.id} pays`), undo: noop });

  test('lets one saga at a time between the step and its end, in the order in which they came', async () => {
    const log: string[] = [];
    const order = selling(log);
    const desk = await Desk.open(order);
    for (const id of ['a', 'b', 'c']) await desk.ledger.start(order, ['sku', 'shelf'], { id });
    await desk.world.advance('5s');
    expect(log).toEqual(['a takes']);
    await desk.crash();
    await desk.world.advance('25s');
    for (const id of ['a', 'b', 'c']) expect((await desk.outcome(order, id)).status).toBe('committed');
    expect(log).toEqual(['a takes', 'a pays', 'b takes', 'b pays', 'c takes', 'c pays']);
  });

  test('that takes too long compensates what was before, and nothing of the step itself', async () => {
    const log: string[] = [];
    const order = selling(log);
    const waiting = saga('other', { version: 1 })
      .step('before', { do: () => 1, undo: () => void log.push('undo before') })
      .step('take', {
        lock: () => 'sku',
        lockTimeout: '2s',
        do: () => void log.push('never'),
        undo: () => void log.push('never'),
      });
    const desk = await Desk.open(order, waiting);
    await desk.ledger.start(order, ['sku'], { id: 'a' });
    await desk.world.settle();
    await desk.ledger.start(waiting, undefined, { id: 'b' });
    await desk.world.advance('2s');
    expect(await desk.outcome(waiting, 'b')).toMatchObject({
      status: 'rolled-back',
      step: 'take',
      error: { message: expect.stringContaining("the lock 'sku'") },
    });
    expect(log).toEqual(['a takes', 'undo before']);
  });

  test('is given up with the place in its line when the saga is cancelled', async () => {
    const log: string[] = [];
    const order = selling(log);
    const desk = await Desk.open(order);
    for (const id of ['a', 'b', 'c']) await desk.ledger.start(order, ['sku'], { id });
    await desk.world.settle();
    await desk.operator.cancel('b');
    await desk.world.settle();
    expect((await desk.outcome(order, 'b')).status).toBe('rolled-back');
    await desk.operator.cancel('a');
    await desk.world.advance('10s');
    expect((await desk.outcome(order, 'c')).status).toBe('committed');
    expect(log).toEqual(['a takes', 'a gives back', 'c takes', 'c pays']);
  });

  test('whose keys the engine refuses parks its step at once, and says why', async () => {
    const world = new ManualWorld();
    const engine = memoryEngine({ world });
    const refusing: LedgerEngine = {
      ...engine,
      async join(host, options) {
        const session = await engine.join(host, options);
        session.claim = (_, key) => Promise.reject(invalidArgument('key', key, 'a key without zeros'));
        return session;
      },
    };
    const order = selling([]);
    await using ledger = await openLedger({ engine: refusing, definitions: [order], world });
    await ledger.start(order, ['sku'], { id: 'a' });
    await world.settle();
    const { status, steps } = sagaStatus((await ledger.read('a'))!);
    expect(status).toBe('stuck');
    expect(steps[0]!.stuck).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('whose keys cannot be told parks its step', async () => {
    const order = selling([]);
    const desk = await Desk.open(order);
    await desk.ledger.start(order, ['', 'x'], { id: 'a' });
    expect((await desk.status('a')).steps[0]!.stuck).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
