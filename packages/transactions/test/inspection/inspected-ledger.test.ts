// Goal: what people are shown of a ledger is what its runs are, and what they may ask is what a run then does.
import { describe, expect, test } from 'vitest';
import { type InspectedLedger, ledgers, saga, terminal } from '../../src/index.ts';
import { Desk } from '../saga/desk.ts';

const noop = () => {};

function shown(desk: Desk): InspectedLedger {
  return ledgers.list().findLast(({ name }) => name === desk.name)!;
}

/** An order whose charge can be declined, and whose hold has a bug until it is repaired. */
function orders() {
  const state = { broken: false, declined: false };
  const order = saga<{ sku: string }>('order', { version: 1 })
    .step('reserve', { do: () => ({ seat: 7 }), undo: noop })
    .step('hold', { do: () => (state.broken ? (undefined as unknown as { id: 1 }).id : 1), undo: noop })
    .pivot('charge', {
      do: () => {
        if (state.declined) throw terminal('the card was declined');
        return 'charged';
      },
    });
  return { order, state };
}

describe('a saga', () => {
  test('is shown with its steps, its timeline and its end', async () => {
    const { order } = orders();
    const desk = await Desk.open(order);
    await desk.ledger.start(order, { sku: 'tea' }, { id: 'o1' });
    await desk.world.settle();
    const detail = await shown(desk).describe('o1');
    expect(detail).toMatchObject({
      id: 'o1',
      type: 'saga/order',
      status: 'committed',
      step: undefined,
      problem: undefined,
      input: { sku: 'tea' },
      actions: [],
    });
    expect(detail!.endedAt).toBeGreaterThanOrEqual(detail!.startedAt);
    expect(detail!.steps.map(({ name, kind, state, value }) => [name, kind, state, value])).toEqual([
      ['reserve', 'step', 'done', { seat: 7 }],
      ['hold', 'step', 'done', 1],
      ['charge', 'pivot', 'done', 'charged'],
    ]);
    expect(detail!.timeline.map(({ what, step }) => (step === undefined ? what : `${what} ${step}`))).toEqual(
      [
        'saga began',
        'step started reserve',
        'step done reserve',
        'step started hold',
        'step done hold',
        'step started charge',
        'step done charge',
      ],
    );
    await desk.ledger.close();
  });

  test('that is rolled back says why, and what was undone', async () => {
    const { order, state } = orders();
    state.declined = true;
    const desk = await Desk.open(order);
    await desk.ledger.start(order, { sku: 'tea' }, { id: 'o1' });
    await desk.world.settle();
    const [row] = await shown(desk).list();
    expect(row).toMatchObject({ id: 'o1', status: 'rolled-back', problem: 'the card was declined' });
    const detail = await shown(desk).describe('o1');
    expect(detail).toMatchObject({ status: 'rolled-back', problem: 'the card was declined (STEP_REFUSED)' });
    expect(detail!.timeline.find(({ what }) => what === 'saga failed')).toMatchObject({
      step: 'charge',
      reason: 'the card was declined (STEP_REFUSED)',
    });
    expect(detail!.timeline.filter(({ what }) => what === 'undo done').map(({ step }) => step)).toEqual([
      'hold',
      'reserve',
    ]);
    await desk.ledger.close();
  });

  test('that is stuck says at which step and why, and goes on when it is asked to', async () => {
    const { order, state } = orders();
    state.broken = true;
    const desk = await Desk.open(order);
    await desk.ledger.start(order, { sku: 'tea' }, { id: 'o1' });
    await desk.world.settle();
    const ledger = shown(desk);
    const [row] = await ledger.list({ status: 'stuck' });
    expect(row).toMatchObject({
      status: 'stuck',
      step: 'hold',
      problem: expect.stringContaining('TypeError'),
    });
    expect(await ledger.describe('o1')).toMatchObject({
      step: 'hold',
      problem: expect.stringContaining('TypeError'),
      actions: ['retry', 'resolve', 'skip', 'cancel'],
    });
    state.broken = false;
    expect(await ledger.act('o1', { name: 'retry' })).toBe('posted');
    await desk.world.settle();
    expect(await ledger.list({ status: 'committed' })).toMatchObject([{ id: 'o1' }]);
    expect(await ledger.act('o1', { name: 'retry' })).toBe('ended');
    expect(await ledger.act('o2', { name: 'retry' })).toBe('unknown');
    await desk.ledger.close();
  });

  test('takes each action that it offers, and only those', async () => {
    for (const name of ['retry', 'skip', 'resolve', 'cancel'] as const) {
      const { order, state } = orders();
      state.broken = true;
      const desk = await Desk.open(order);
      await desk.ledger.start(order, { sku: 'tea' }, { id: 'o1' });
      await desk.world.settle();
      state.broken = false;
      await shown(desk).act('o1', { name, step: 'hold', value: 2 });
      await desk.world.settle();
      const { status, timeline } = (await shown(desk).describe('o1'))!;
      expect(status).toBe(name === 'cancel' ? 'rolled-back' : 'committed');
      expect(timeline.map(({ what }) => what)).not.toContain('message refused');
      await desk.ledger.close();
    }
  });

  test('refuses a resolution without its step at the door', async () => {
    const { order, state } = orders();
    state.broken = true;
    const desk = await Desk.open(order);
    await desk.ledger.start(order, { sku: 'tea' }, { id: 'o1' });
    await desk.world.settle();
    await expect(shown(desk).act('o1', { name: 'resolve' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('step'),
    });
    await desk.ledger.close();
  });
});

test('stuck runs come first, then those under way, then the latest that have ended', async () => {
  const { order, state } = orders();
  const waiting = saga('waiting', { version: 1 }).wait('word');
  const desk = await Desk.open(order, waiting);
  for (const id of ['a', 'b']) {
    await desk.ledger.start(order, { sku: 'tea' }, { id });
    await desk.world.advance('1s');
  }
  await desk.ledger.start(waiting, undefined, { id: 'c' });
  state.broken = true;
  await desk.ledger.start(order, { sku: 'tea' }, { id: 'd' });
  await desk.world.settle();
  const ledger = shown(desk);
  const listed = async (filter = {}) => (await ledger.list(filter)).map(({ id }) => id);
  expect(await listed()).toEqual(['d', 'c', 'b', 'a']);
  expect(await listed({ limit: 2 })).toEqual(['d', 'c']);
  expect(await listed({ type: 'saga/waiting' })).toEqual(['c']);
  expect(await listed({ status: 'committed', limit: 1 })).toEqual(['b']);
  expect((await ledger.list({ status: 'running' }))[0]).toMatchObject({ step: 'word' });
  await expect(ledger.list({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await desk.ledger.close();
});

test('a ledger that was closed is not shown any more', async () => {
  const { order } = orders();
  const desk = await Desk.open(order);
  expect(shown(desk)).toBeDefined();
  await desk.ledger.close();
  expect(shown(desk)).toBeUndefined();
});
