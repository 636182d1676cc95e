import { constant } from '@holdfast/resilience';
import { describe, expect, test } from 'vitest';
import { saga, terminal } from '../../src/index.ts';
import { Desk } from './desk.ts';

const noop = () => {};
const refuse = () => {
  throw terminal('no');
};

/** A promise that the test settles. */
function gate(): { readonly promise: Promise<string>; open(value: string): void } {
  let open!: (value: string) => void;
  const promise = new Promise<string>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('branches', () => {
  test('run at the same time, and their results come under their names', async () => {
    const [fraud, tax] = [gate(), gate()];
    const order = saga('order', { version: 1 })
      .all('checks', (all) =>
        all
          .step('fraud', { do: () => fraud.promise, undo: noop })
          .step('tax', { do: () => tax.promise, undo: noop })
          .branch('hotel', (branch) =>
            branch
              .step('find', { do: () => 'Ritz', undo: noop })
              .step('book', { do: (c) => `${c.find} booked`, undo: noop }),
          ),
      )
      .step('sum', { do: (c) => `${c.checks.fraud} ${c.checks.tax} ${c.checks.hotel.book}`, undo: noop });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    tax.open('19%');
    await desk.world.settle();
    fraud.open('none');
    expect(await desk.outcome(order, 'o1')).toMatchObject({
      status: 'committed',
      value: {
        checks: { fraud: 'none', tax: '19%', hotel: { find: 'Ritz', book: 'Ritz booked' } },
        sum: 'none 19% Ritz booked',
      },
    });
  });

  test('are undone at the same time, each in reverse; a failed one stops the others, whose steps may have happened', async () => {
    const log: unknown[] = [];
    const slow = gate();
    const undoing = [gate(), gate()];
    const order = saga('order', { version: 1 })
      .step('first', { do: () => 0, undo: () => void log.push('undo first') })
      .all('checks', (all) =>
        all
          .step('slow', {
            do: (c) =>
              new Promise((_resolve, reject) =>
                c.signal.addEventListener('abort', () => reject(c.signal.reason)),
              ),
            undo: async (_c, r) => {
              log.push(['undo slow', r]);
              await undoing[0]!.promise;
            },
          })
          .branch('two', (branch) =>
            branch
              .step('one', { do: () => 1, undo: () => void log.push('undo one') })
              .step('two', {
                do: () => 2,
                undo: async () => void log.push(`undo two, ${await undoing[1]!.promise}`),
              })
              .step('bad', { do: () => slow.promise.then(refuse), undo: () => void log.push('undo bad') }),
          ),
      );
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.world.settle();
    slow.open('');
    await desk.world.settle();
    expect(log).toEqual([['undo slow', undefined], 'undo bad']);
    undoing[1]!.open('at last');
    await desk.world.settle();
    expect(log.slice(2)).toEqual(['undo two, at last', 'undo one']);
    undoing[0]!.open('');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'rolled-back', step: 'checks.two.bad' });
    expect(log.at(-1)).toBe('undo first');
  });

  test('nest', async () => {
    const order = saga('order', { version: 1 })
      .all('outer', (all) =>
        all.branch('a', (branch) =>
          branch.all('inner', (inner) =>
            inner.step('x', { do: () => 1, undo: noop }).step('y', { do: () => 2, undo: noop }),
          ),
        ),
      )
      .pivot('go', { do: (c) => c.outer.a.inner.x + c.outer.a.inner.y })
      .all('after', (all) => all.ensure('mail', { do: (c) => c.go }).ensure('log', { do: () => 4 }));
    const { ledger } = await Desk.open(order);
    const run = await ledger.start(order, undefined, { id: 'o1' });
    expect(await run.result).toMatchObject({
      value: { outer: { a: { inner: { x: 1, y: 2 } } }, go: 3, after: { mail: 3, log: 4 } },
    });
  });

  test('that are stuck at once are each shown, and go on each', async () => {
    let broken = true;
    const failing = () => {
      if (broken) refuse();
    };
    const order = saga('order', { version: 1 })
      .pivot('go', { do: noop })
      .all('after', (all) => all.ensure('mail', { do: failing }).ensure('log', { do: failing }));
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    const { steps } = await desk.status('o1');
    expect(steps.filter(({ stuck }) => stuck).map(({ name }) => name)).toEqual(['after.mail', 'after.log']);
    await desk.operator.skip('o1', 'after.mail');
    expect((await desk.status('o1')).status).toBe('stuck');
    broken = false;
    await desk.operator.retry('o1');
    expect(await desk.outcome(order, 'o1')).toMatchObject({ status: 'committed', skipped: ['after.mail'] });
  });
});

describe('a child', () => {
  const undone: string[] = [];
  const booking = saga<{ night: number }>('booking', { version: 1 })
    .step('find', { do: (c) => `room ${c.input.night}`, undo: (c) => void undone.push(c.key) })
    .step('book', { do: (c) => `${c.find} booked`, undo: (c) => void undone.push(c.doKey) });

  test('has names and an input of its own, computed once', async () => {
    let nights = 0;
    const trip = saga<{ city: string }>('trip', { version: 1 })
      .step('find', { do: (c) => c.input.city, undo: noop })
      .child('hotel', booking, () => ({ night: ++nights }))
      .child('motel', booking, () => ({ night: ++nights }))
      .step('pause', {
        do: (c) => [c.hotel.book, c.motel.book, c.find],
        undo: noop,
        retry: { backoff: constant(1) },
      });
    const desk = await Desk.open(trip);
    const run = await desk.ledger.start(trip, { city: 'Rome' }, { id: 't1' });
    expect(await run.result).toMatchObject({ value: { pause: ['room 1 booked', 'room 2 booked', 'Rome'] } });
    expect(nights).toBe(2);
  });

  test('is compensated with its parent', async () => {
    undone.length = 0;
    const trip = saga('trip', { version: 1 })
      .child('hotel', booking, () => ({ night: 1 }))
      .step('pay', { do: refuse, undo: noop });
    const { ledger } = await Desk.open(trip);
    const run = await ledger.start(trip, undefined, { id: 't1' });
    expect(await run.result).toMatchObject({ status: 'rolled-back', step: 'pay' });
    expect(undone).toEqual(['t1/hotel.book', 't1/hotel.find/undo']);
  });

  test('as the first step costs no record more than its input', async () => {
    const trip = saga('trip', { version: 1 }).child('hotel', booking, () => ({ night: 1 }));
    const { ledger } = await Desk.open(trip);
    expect(await (await ledger.start(trip, undefined)).result).toMatchObject({ status: 'committed' });
    expect(ledger.figures.engine).toMatchObject({ recordsAppended: 4, commits: 4 });
  });

  test('whose input cannot be computed is stuck until it can', async () => {
    let input: unknown;
    const trip = saga('trip', { version: 1 }).child('hotel', booking, () => ({
      night: (input as { n: number }).n,
    }));
    const desk = await Desk.open(trip);
    await desk.ledger.start(trip, undefined, { id: 't1' });
    expect((await desk.status('t1')).steps[0]).toMatchObject({
      name: 'hotel.input',
      stuck: { code: 'UNEXPECTED' },
    });
    input = { n: 3 };
    await desk.operator.retry('t1');
    expect(await desk.outcome(trip, 't1')).toMatchObject({ value: { hotel: { find: 'room 3' } } });
  });
});
