import { describe, expect, test } from 'vitest';
import { saga, terminal } from '../../src/index.ts';
import { Desk } from './desk.ts';

const noop = () => {};
const step = { do: () => 1, undo: noop };

const first = saga('order', { version: 1 }).step('reserve', step).wait('approval').step('charge', step);

/** A run of the first version that waits for its approval. */
async function waiting(): Promise<Desk> {
  const desk = await Desk.open(first);
  await desk.ledger.start(first, undefined, { id: 'o1' });
  await desk.world.settle();
  return desk;
}

describe('a running saga', () => {
  test('that meets another definition of its version is parked, and told where it differs', async () => {
    const changed = saga('order', { version: 1 }).step('reserve', step).wait('approval').step('pay', step);
    const desk = await waiting();
    await desk.crash(changed);
    await desk.operator.signal('o1', 'approval');
    const { parked, status } = await desk.status('o1');
    expect(status).toBe('stuck');
    expect(parked).toContain("where it had 'step charge' there is 'step pay'");
    await desk.crash(first);
    expect(await desk.outcome(first, 'o1')).toMatchObject({ status: 'committed' });
    expect(await desk.timeline('o1')).toEqual([
      'began',
      'begun reserve',
      'done reserve',
      'begun approval',
      'parked',
      'resumed',
      'done approval',
      'begun charge',
      'done charge',
    ]);
  });

  test('that meets a shorter definition while it does what that has no place for is parked as well', async () => {
    const slow = { do: () => new Promise(noop), undo: noop };
    const long = saga('order', { version: 1 }).step('reserve', step).step('charge', slow);
    const short = saga('order', { version: 1 }).step('reserve', step);
    const desk = await Desk.open(long);
    await desk.ledger.start(long, undefined, { id: 'o1' });
    await desk.crash(short);
    expect((await desk.status('o1')).parked).toContain("'step charge' is gone");
  });

  test('goes on under its own version, beside a newer one', async () => {
    const second = saga('order', { version: 2 }).step('other', step);
    const desk = await waiting();
    await desk.crash(first, second);
    await desk.operator.signal('o1', 'approval');
    expect(await desk.outcome(first, 'o1')).toMatchObject({ value: { charge: 1 } });
  });

  test('without a migration from its version is parked', async () => {
    const second = saga('order', { version: 2 }).step('reserve', step).step('check', step);
    const desk = await waiting();
    await desk.crash(second);
    expect((await desk.status('o1')).parked).toContain(
      "follows version 1, not 2: where it had 'wait approval' there is 'step check'",
    );
  });

  test('goes on under a newer version that knows its steps: renamed, added before and behind', async () => {
    const log: string[] = [];
    const second = saga('order', { version: 2, migrate: { from: 1, map: { reserve: 'hold', charge: null } } })
      .step('greet', { do: () => log.push('greet'), undo: () => void log.push('undo greet') })
      .step('hold', { do: () => log.push('hold'), undo: (_c, r) => void log.push(`undo hold ${r}`) })
      .wait('approval')
      .step('pay', {
        do: (c) => {
          log.push(`pay after ${c.hold}, ${c.greet}`);
          throw terminal('no');
        },
        undo: () => void log.push('undo pay'),
      });
    const desk = await waiting();
    await desk.crash(second);
    expect(await desk.status('o1')).toMatchObject({ version: 2, status: 'running' });
    await desk.crash(second);
    await desk.operator.signal('o1', 'approval');
    expect(await desk.outcome(second, 'o1')).toMatchObject({ status: 'rolled-back', step: 'pay' });
    expect(log).toEqual(['pay after 1, undefined', 'undo pay', 'undo hold 1']);
    await desk.crash(first, second);
    expect((await desk.status('o1')).version).toBe(2);
  });

  test('is parked where the newer version has no place for a step that it has begun', async () => {
    const gone = saga('order', { version: 2, migrate: { from: 1 } })
      .wait('approval')
      .step('charge', step);
    const desk = await waiting();
    await desk.crash(gone);
    expect((await desk.status('o1')).parked).toContain('reserve: reserve');
    const given = saga('order', { version: 2, migrate: { from: 1, map: { reserve: null } } })
      .wait('approval')
      .step('charge', step);
    await desk.crash(given);
    await desk.operator.signal('o1', 'approval');
    expect(await desk.outcome(given, 'o1')).toMatchObject({ status: 'committed' });
  });

  test('goes on compensating under the newer version', async () => {
    const log: string[] = [];
    const stuck = (name: string) => ({ do: () => 1, undo: () => void log.push(`undo ${name}`) });
    let broken = true;
    const old = saga('order', { version: 1 })
      .step('a', stuck('a'))
      .step('b', {
        do: () => 2,
        undo: () => {
          if (broken) throw terminal('cannot');
          log.push('undo b');
        },
      })
      .step('c', {
        do: () => {
          throw terminal('no');
        },
        undo: noop,
      });
    const next = saga('order', { version: 2, migrate: { from: 1 } })
      .step('a', stuck('a, newly'))
      .step('b', stuck('b, newly'))
      .step('c', step);
    const desk = await Desk.open(old);
    await desk.ledger.start(old, undefined, { id: 'o1' });
    await desk.world.settle();
    await desk.crash(next);
    expect((await desk.status('o1')).steps[1]!.stuck).toMatchObject({ message: 'cannot' });
    broken = false;
    await desk.operator.retry('o1');
    expect(await desk.outcome(next, 'o1')).toMatchObject({ status: 'rolled-back', step: 'c' });
    expect(log).toEqual(['undo b, newly', 'undo a, newly']);
  });
});
