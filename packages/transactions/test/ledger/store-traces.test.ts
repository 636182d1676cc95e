// Goal: what a ledger asks its store for belongs to the trace of a run that waits for it, and to none where no run's is
// recorded. Method: an observer whose traces are texts, and a store that notes in which of them it was asked.
import { memoryStore } from '@holdfast/coordination';
import {
  AsyncLocal,
  ManualWorld,
  type OperationAttributes,
  type OperationObserver,
  observeOperations,
} from '@holdfast/core';
import { afterEach, expect, test } from 'vitest';
import { openLedger, saga, storeLedger } from '../../src/index.ts';
import { CountingStore } from './counting-store.ts';

const current = new AsyncLocal<string>();
const ended: (readonly [string, OperationAttributes])[] = [];

/** Operations are called by the way to them; those within `unrecorded` are not. */
const observer: OperationObserver = {
  enter(name, attributes, origin) {
    const outer = current.get();
    if (outer === undefined && origin?.partOnly === true) return undefined;
    const path = `${outer ?? 'root'} > ${name}`;
    let known = attributes;
    return {
      traceparent: outer === undefined || outer.startsWith('unrecorded') ? undefined : path,
      bind: (fn) => current.run(path, fn),
      set: (more) => {
        known = { ...known, ...more };
      },
      event: () => {},
      exit: () => void ended.push([path, known]),
    };
  },
};

const two = saga<number>('two', { version: 1 })
  .step('first', { do: () => {}, undo: () => {} })
  .step('second', { do: () => {}, undo: () => {} });

class NotingStore extends CountingStore {
  readonly traces: (string | undefined)[] = [];

  override transact(transaction: Parameters<CountingStore['transact']>[0]) {
    this.traces.push(current.get());
    return super.transact(transaction);
  }
}

let stop: () => void = () => {};

afterEach(() => stop());

async function during<Value>(world: ManualWorld, work: Promise<Value>): Promise<Value> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  while (!over) await world.advance('1ms');
  return done;
}

async function tracesOf(starts: readonly (string | undefined)[]): Promise<(string | undefined)[]> {
  ended.length = 0;
  const world = new ManualWorld();
  const store = new NotingStore(memoryStore({ world }));
  const engine = storeLedger({ store, world });
  const ledger = await during(world, openLedger({ engine, definitions: [two], world }));
  store.traces.length = 0;
  stop = observeOperations(observer);
  const runs = starts.map(async (trace, index) => {
    const start = async () => (await ledger.start(two, index, { id: `run-${index}` })).result;
    return trace === undefined ? start() : current.run(trace, start);
  });
  await during(world, Promise.all(runs));
  stop();
  const { traces } = store;
  await during(world, ledger.close());
  return traces;
}

test('a change that a run waits for is an operation of its trace, and its transaction a part of that', async () => {
  expect(await tracesOf(['order'])).toEqual([
    'order > ledger create',
    'order > ledger append',
    'order > ledger append',
  ]);
  const changes = ended.filter(([path]) => path.includes('ledger'));
  expect(changes).toEqual(
    ['create', 'append', 'append'].map((what) => [
      `order > ledger ${what}`,
      {
        'holdfast.run.id': 'run-0',
        'holdfast.run.type': 'saga/two',
        'holdfast.ledger.revision': expect.any(Number),
        'holdfast.ledger.changes': 1,
      },
    ]),
  );
});

test('a transaction of many is a part of the first that is recorded, and all say which one they shared', async () => {
  const traces = await tracesOf([undefined, 'unrecorded', 'first', 'second']);
  expect(traces).toEqual(['first > ledger create', 'first > ledger append', 'first > ledger append']);
  const shared = ended.filter(([path]) => path.endsWith('ledger create'));
  expect(shared.map(([path]) => path)).toEqual(
    ['unrecorded', 'first', 'second'].map((name) => `${name} > ledger create`),
  );
  expect(new Set(shared.map(([, known]) => known['holdfast.ledger.revision'])).size).toBe(1);
  expect(shared.map(([, known]) => known['holdfast.ledger.changes'])).toEqual([4, 4, 4]);
});

test('what nobody records is of no trace, whoever was there before', async () => {
  expect(await tracesOf(['unrecorded'])).toEqual([undefined, undefined, undefined]);
  expect(await tracesOf([undefined])).toEqual([undefined, undefined, undefined]);
  expect(ended.filter(([path]) => path.includes('ledger'))).toEqual([]);
});
