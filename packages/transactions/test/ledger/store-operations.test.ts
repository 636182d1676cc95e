// Goal: a ledger in a store stays cheap. Method: count what it asks the store for on each path; besides what is listed, each
// transaction has one operation that counts it and two comparisons that fence it.
import { memoryStore } from '@holdfast/coordination';
import { ManualWorld, sleep } from '@holdfast/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ledger, openLedger, type Run, saga, storeLedger } from '../../src/index.ts';
import { CountingStore, type StoreCounts } from './counting-store.ts';

const world = new ManualWorld();
const nothing: StoreCounts = {
  gets: 0,
  ranges: 0,
  transactions: 0,
  changes: 0,
  reads: 0,
  watches: 0,
  told: 0,
};
const two = saga<number>('two', { version: 1 })
  .step('first', { do: () => {}, undo: () => {} })
  .step('second', { do: () => {}, undo: () => {} });
const waiting = saga<number>('waiting', { version: 1 }).wait('approval');

let store: CountingStore;
let ledger: Ledger;
let other: Ledger;

function open(counting: CountingStore): Promise<Ledger> {
  return openLedger({ engine: storeLedger({ store: counting, world }), definitions: [two, waiting], world });
}

/** What is asked of `counting` while time passes until `work` is done, and a little longer. */
async function during(work: () => Promise<unknown>, counting: CountingStore = store): Promise<StoreCounts> {
  return counting.during(async () => {
    let over = false;
    const done = work().finally(() => {
      over = true;
    });
    while (!over) await world.advance('1ms');
    await done;
    await world.advance('1s');
  });
}

beforeEach(async () => {
  const first = memoryStore({ world });
  store = new CountingStore(first);
  await during(async () => {
    ledger = await open(store);
    other = await open(new CountingStore(first.client()));
  });
});

afterEach(async () => {
  await during(async () => {
    await ledger.close();
    await other.close();
  });
});

async function startAndEnd(id: string): Promise<void> {
  const run: Run<unknown> = await ledger.start(two, 1, { id });
  await run.result;
}

test('a saga of two steps is six changes in three transactions, and nothing is read or told', async () => {
  // Created: its id, its head. The first step: a record. The second, and the end: its head goes, one comes, and its end.
  expect(await during(() => startAndEnd('a'))).toEqual({
    ...nothing,
    transactions: 3,
    changes: 2 + 1 + 3 + 3,
  });
});

test('sagas that run at the same time share their transactions', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `${index}`);
  const counts = await during(() => Promise.all(ids.map(startAndEnd)));
  expect(counts).toMatchObject({ gets: 0, ranges: 0, reads: 0, told: 0 });
  expect(counts.changes - counts.transactions).toBe(20 * 6);
  expect(counts.transactions).toBe(3);
});

test('changes that come one after the other in a short time share transactions too', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `${index}`);
  const counts = await during(() =>
    Promise.all(
      ids.map(async (id, index) => {
        await sleep(index, { world });
        await startAndEnd(id);
      }),
    ),
  );
  expect(counts.changes - counts.transactions).toBe(20 * 6);
  expect(counts.transactions, 'of 60 changes in 30 ms').toBeLessThanOrEqual(10);
});

test('an id that nobody has used is looked up with one get', async () => {
  expect(await during(async () => expect(await ledger.find(two, 'none')).toBeUndefined())).toEqual({
    ...nothing,
    gets: 1,
  });
});

test('a run that is driven here is found without the store, one that is not with two requests', async () => {
  await during(() => ledger.start(waiting, 1, { id: 'w' }));
  expect(await during(() => ledger.find(waiting, 'w'))).toEqual(nothing);
  await during(() => startAndEnd('a'));
  expect(await during(() => ledger.find(two, 'a'))).toEqual({
    ...nothing,
    gets: 1,
    transactions: 1,
    reads: 4,
  });
});

test('runs that have ended are listed with one request for heads, those under way with one more', async () => {
  await during(() => Promise.all(['a', 'b', 'c'].map(startAndEnd)));
  expect(await during(() => ledger.list({ status: 'ended' }))).toEqual({ ...nothing, ranges: 1 });
  await during(() => Promise.all(['d', 'e'].map((id) => ledger.start(waiting, 1, { id }))));
  expect(await during(() => ledger.list({ status: 'running' }))).toEqual({
    ...nothing,
    ranges: 1,
    transactions: 1,
    reads: 2,
  });
});

test('who waits for a run of another worker is told of that run alone', async () => {
  await during(() => other.start(waiting, 1, { id: 'w' }));
  const run = await ledger.find(waiting, 'w');
  const counts = await during(async () => {
    const { result } = run!;
    await sleep('100ms', { world });
    for (let index = 0; index < 20; index++) await (await other.start(two, 1, { id: `${index}` })).result;
    await waiting.signal(other, 'w', 'approval');
    await result;
  });
  expect(counts.watches).toBe(1);
  expect(counts.told, 'the message that ends it comes and goes, and it ends').toBe(3);
});

test('a worker that has nothing to do asks for nothing', async () => {
  expect(await during(() => sleep('50s', { world }))).toEqual(nothing);
});
