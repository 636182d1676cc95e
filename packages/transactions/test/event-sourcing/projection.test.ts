// Goal: a view counts each event exactly once, whatever stops and whoever else runs it. Method: events, stops and failures
// at random against the fold of all events; a view that is made anew against the one that was there.
import { ManualWorld } from '@holdfast/core';
import { JournalMemory, openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type EmbeddedDatabase,
  type EmbeddedTransaction,
  type EventStore,
  openEmbeddedDatabase,
  openEventStore,
  type Projection,
  runProjection,
} from '../../src/index.ts';
import { project } from '../../src/testkit/index.ts';

/** The sum and the ids of all amounts, in order: an event that counts twice or is missing shows in both. */
const totals: Projection<EmbeddedTransaction> = {
  name: 'totals',
  prefix: 'account-',
  apply(transaction, { id, data }) {
    transaction.put('totals', 'sum', ((transaction.get('totals', 'sum') as number) ?? 0) + (data as number));
    transaction.put('totals', 'ids', `${transaction.get('totals', 'ids') ?? ''} ${id}`);
  },
  reset(transaction) {
    for (const [key] of transaction.rows('totals')) transaction.delete('totals', key);
  },
};

const viewOf = (database: EmbeddedDatabase): Promise<unknown> =>
  database.transact(async (transaction) => Object.fromEntries(transaction.rows('totals')));

async function parts(): Promise<{ store: EventStore; database: EmbeddedDatabase; world: ManualWorld }> {
  const world = new ManualWorld();
  const store = await openEventStore({ journal: await openMemoryJournal(), world });
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal(), world });
  return { store, database, world };
}

test('a view has each event once, through stops, failures, another runner and a rebuild', async () => {
  const step = fc.constantFrom(
    'append',
    'append',
    'append',
    'foreign',
    'restart',
    'fail',
    'rebuild',
    'second',
  );
  const property = fc.asyncProperty(
    fc.array(step, { maxLength: 40 }),
    fc.integer({ min: 1, max: 4 }),
    async (steps, batch) => {
      const { store, database, world } = await parts();
      const { checkpoints } = database;
      let failures = 0;
      const failing: Projection<EmbeddedTransaction> = {
        ...totals,
        apply: async (transaction, event) => {
          await totals.apply(transaction, event);
          if (failures > 0) {
            failures--;
            throw new Error('not now');
          }
        },
      };
      const start = () => runProjection(failing, { store, transactor: database, checkpoints, batch, world });
      let running = start();
      const others: (typeof running)[] = [];
      const ids: string[] = [];
      let last = 0;
      for (const [n, each] of steps.entries()) {
        if (each === 'append') {
          ids.push(`e${n}`);
          const event = { id: `e${n}`, type: 'deposited', data: n };
          last = (await store.append(`account-${n % 3}`, 'any', [event])).position;
        } else if (each === 'foreign') {
          await store.append('other', 'any', [{ type: 'noise', data: null }]);
        } else if (each === 'restart') {
          await running.close();
          running = start();
        } else if (each === 'fail') failures = 2;
        else if (each === 'rebuild') await running.rebuild();
        else others.push(start());
        if (n % 5 === 0) await world.advance('20ms');
      }
      const reached = running.reached(last);
      await world.advance('60s');
      await reached;
      const view = await viewOf(database);
      const sum = ids.reduce((total, id) => total + Number(id.slice(1)), 0);
      expect(view).toEqual(ids.length === 0 ? {} : { sum, ids: ['', ...ids].join(' ') });
      await running.rebuild();
      const again = running.reached(last);
      await world.advance('60s');
      await again;
      expect(await viewOf(database)).toEqual(view);
      for (const each of [running, ...others]) await each.close();
      expect(world.pendingTimers).toBe(0);
    },
  );
  await fc.assert(property, { numRuns: 100 });
});

test('a crash between batches neither loses nor repeats an event', async () => {
  const { store } = await parts();
  const memory = new JournalMemory();
  for (let n = 1; n <= 10; n++) await store.append('account-1', 'any', [{ id: `e${n}`, type: 't', data: n }]);
  for (let stop = 1; stop <= 10; stop++) {
    const database = await openEmbeddedDatabase({ journal: await openMemoryJournal({ memory }) });
    const { checkpoints } = database;
    const running = runProjection(totals, { store, transactor: database, checkpoints, batch: 1 });
    await running.reached(stop);
    // The next database fences this one, as that of a process that was killed.
    void running.close();
  }
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal({ memory }) });
  const running = runProjection(totals, { store, transactor: database, checkpoints: database.checkpoints });
  await running.reached(10);
  expect(await viewOf(database)).toMatchObject({ sum: 55 });
  await running.close();
});

test('it says whether it is live, and what it fails at; events before that are in the view', async () => {
  const { store, database, world } = await parts();
  const { checkpoints } = database;
  const seen: unknown[] = [];
  let poisoned = true;
  const projection: Projection<EmbeddedTransaction> = {
    ...totals,
    apply: (transaction, event) => {
      if (poisoned && event.id === 'e2') throw new RangeError('poison');
      return totals.apply(transaction, event);
    },
  };
  const options = {
    store,
    transactor: database,
    checkpoints,
    world,
    onFailure: (error: unknown) => seen.push(error),
  };
  const running = runProjection(projection, options);
  expect(running.status).toBe('catching-up');
  await world.settle();
  expect(running.status).toBe('live');
  const events = [1, 2, 3].map((n) => ({ id: `e${n}`, type: 't', data: n }));
  await store.append('account-1', 'none', events);
  await world.advance('1s');
  expect(running.status).toBe('failing');
  expect(running.failure).toBeInstanceOf(RangeError);
  expect(running.position).toBe(1);
  expect(await viewOf(database)).toEqual({ sum: 1, ids: ' e1' });
  poisoned = false;
  await world.advance('10s');
  expect(running.status).toBe('live');
  expect(await viewOf(database)).toEqual({ sum: 6, ids: ' e1 e2 e3' });
  const waiting = running.reached(4);
  waiting.catch(() => {});
  await running.close();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  expect(running.status).toBe('closed');
  expect(seen.length).toBeGreaterThan(1);
  expect(world.pendingTimers).toBe(0);
});

test('a projection is tested by what it makes of events', async () => {
  const events = [
    { stream: 'account-1', id: 'a', type: 'deposited', data: 3 },
    { stream: 'other', id: 'b', type: 'noise', data: null },
    { stream: 'account-2', id: 'c', type: 'deposited', data: 4 },
  ];
  const sum = await project(totals, events, (transaction) => transaction.get('totals', 'sum') ?? null);
  expect(sum).toBe(7);
  let inMemory = 0;
  const forgetful: Projection<EmbeddedTransaction> = {
    name: 'n',
    apply: (transaction) => transaction.put('t', 'k', ++inMemory),
  };
  await expect(project(forgetful, events, (transaction) => transaction.get('t', 'k'))).rejects.toThrow(
    /stops/,
  );
  const broken: Projection<EmbeddedTransaction> = {
    name: 'n',
    apply: () => {
      throw new RangeError('broken');
    },
  };
  await expect(project(broken, events, () => null)).rejects.toThrow('broken');
});
