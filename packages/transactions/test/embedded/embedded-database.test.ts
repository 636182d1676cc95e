// Goal: the embedded database keeps the contract of outbox, inbox and checkpoints, and its transactions are whole after any
// crash. Method: the contract on journals in memory and on a simulated disk; transfers between accounts, with a process
// that ends at each change of the disk in turn; random transactions against a map.
import { type Disk, ManualWorld, sleep } from '@holdfast/core';
import { type Journal, JournalMemory, openJournal, openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EmbeddedDatabase, type EmbeddedTransaction, openEmbeddedDatabase } from '../../src/index.ts';
import { type OutboxDatabase, type OutboxUnderTest, outboxContract } from '../../src/testkit/index.ts';
import { MortalDisk } from '../mortal-disk.ts';

const cases = outboxContract.filter(({ needs }) => !needs.includes('overlap'));

/** All clients of an embedded database share it. */
function underTest(
  world: ManualWorld,
  openJournal: () => Promise<Journal>,
): OutboxUnderTest<EmbeddedTransaction> {
  let opened: Promise<EmbeddedDatabase> | undefined;
  return {
    open: async (): Promise<OutboxDatabase<EmbeddedTransaction>> => {
      opened ??= openJournal().then((journal) => openEmbeddedDatabase({ journal, world }));
      const database = await opened;
      const { outbox, inbox, checkpoints } = database;
      return { transactor: database, outbox, inbox, checkpoints };
    },
    sleep: (duration) => sleep(duration, { world }),
    wall: () => world.clock.wall(),
    restart: async () => {
      opened = undefined;
    },
  };
}

describe('on a journal in memory, it keeps the contract', () => {
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const { world, settled } = manual();
    const memory = new JournalMemory();
    const under = underTest(world, () => openMemoryJournal({ memory }));
    await settled(run(under as Required<OutboxUnderTest<EmbeddedTransaction>>));
  });
});

describe('on a journal on disk, it keeps the contract', () => {
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const mortal = new MortalDisk(1);
    await mortal.live(Number.POSITIVE_INFINITY, async (disk) => {
      const under = underTest(mortal.world, () => fileJournal(disk, mortal));
      await run(under as Required<OutboxUnderTest<EmbeddedTransaction>>);
    });
  });
});

function manual(): { world: ManualWorld; settled: (work: Promise<void>) => Promise<void> } {
  const world = new ManualWorld();
  const settled = async (work: Promise<void>): Promise<void> => {
    let over = false;
    const end = (): void => {
      over = true;
    };
    work.then(end, end);
    while (!over) await world.advance('10ms');
    return work;
  };
  return { world, settled };
}

const fileJournal = (disk: Disk, { world }: MortalDisk): Promise<Journal> =>
  openJournal({ disk, world, directory: 'database', segmentBytes: 16_384, exclusive: true });

const balance = (transaction: EmbeddedTransaction, account: string): number =>
  transaction.get('accounts', account) as number;

test('a transfer has happened on both sides or on neither, with its message, after an end at any change', async () => {
  let ends = 0;
  for (let over = false; !over; ends++) {
    const mortal = new MortalDisk(ends);
    let [accepted, asked] = [0, 0];
    const work = async (disk: Disk): Promise<void> => {
      const journal = await fileJournal(disk, mortal);
      const database = await openEmbeddedDatabase({ journal, world: mortal.world, snapshotBytes: 400 });
      const found = await database.transact(async (transaction) => {
        if (transaction.get('accounts', 'a') === undefined) {
          for (const account of ['a', 'b']) transaction.put('accounts', account, 100);
        }
        return [balance(transaction, 'a'), balance(transaction, 'b')] as const;
      });
      const { waiting } = await database.outbox.backlog();
      expect(found).toEqual([100 - waiting, 100 + waiting]);
      expect(waiting).toBeGreaterThanOrEqual(accepted);
      expect(waiting).toBeLessThanOrEqual(asked);
      accepted = waiting;
      for (let n = waiting + 1; n <= waiting + 8; n++) {
        asked = n;
        await database.transact(async (transaction) => {
          transaction.put('accounts', 'a', balance(transaction, 'a') - 1);
          transaction.put('accounts', 'b', balance(transaction, 'b') + 1);
          const message = { id: `transfer-${n}`, topic: 'transferred', body: new Uint8Array(0) };
          await database.outbox.enqueue(transaction, [message]);
        });
        accepted = n;
      }
      await database.close();
    };
    over = await mortal.live(ends + 1, work);
    await mortal.live(ends + 3, work);
    expect(await mortal.live(Number.POSITIVE_INFINITY, work)).toBe(true);
  }
  expect(ends).toBeGreaterThan(30);
});

type Change = readonly ['put' | 'delete', key: string, value: number];
const change: fc.Arbitrary<Change> = fc.tuple(
  fc.constantFrom('put', 'delete'),
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.integer(),
);
const steps = fc.array(
  fc.record({
    changes: fc.array(change, { maxLength: 5 }),
    ending: fc.constantFrom('commit', 'fail', 'reopen'),
  }),
);

test('it holds what transactions that committed have put, in the order of the keys, through openings', async () => {
  const property = fc.asyncProperty(
    steps,
    fc.integer({ min: 20, max: 200 }),
    async (steps, snapshotBytes) => {
      const memory = new JournalMemory();
      const open = async (): Promise<EmbeddedDatabase> =>
        openEmbeddedDatabase({ journal: await openMemoryJournal({ memory }), snapshotBytes });
      let database = await open();
      let model = new Map<string, number>();
      for (const { changes, ending } of steps) {
        const next = new Map(model);
        const outcome = database.transact(async (transaction) => {
          for (const [kind, key, value] of changes) {
            if (kind === 'put') {
              transaction.put('rows', key, value);
              next.set(key, value);
            } else {
              transaction.delete('rows', key);
              next.delete(key);
            }
            expect(transaction.get('rows', key)).toBe(next.get(key));
            expect(new Map(transaction.rows('rows') as Iterable<[string, number]>)).toEqual(next);
          }
          if (ending === 'fail') throw new Error('rolled back');
        });
        await outcome.catch(() => {});
        if (ending !== 'fail') model = next;
        if (ending === 'reopen') database = await open();
        const found = await database.transact(async (transaction) => [...transaction.rows('rows')]);
        expect(new Map(found as [string, number][])).toEqual(model);
      }
      if (steps.length > 20) expect(memory.records.length).toBeLessThan(steps.length);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test('an aborted transaction does not wait for its turn, and is rolled back', async () => {
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal(), waitingMax: 2 });
  let end = (): void => {};
  const first = database.transact(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  await undefined;
  const abort = new AbortController();
  const second = database.transact(async (transaction) => transaction.put('t', 'k', 1), abort.signal);
  const third = database.transact(async (transaction) => transaction.get('t', 'k'));
  await expect(database.transact(async () => {})).rejects.toMatchObject({ code: 'DATABASE_FULL' });
  abort.abort();
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
  end();
  await first;
  expect(await third).toBeUndefined();
  await database.close();
  await expect(database.transact(async () => {})).rejects.toMatchObject({ code: 'DATABASE_CLOSED' });
});

test('a transaction for whose rows there is no room is refused, and one that makes room is not', async () => {
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal(), rowsMax: 2 });
  const put = (...keys: string[]): Promise<void> =>
    database.transact(async (transaction) => {
      for (const key of keys) transaction.put('t', key, 1);
    });
  await put('a', 'b');
  await put('a');
  await expect(put('c')).rejects.toMatchObject({ code: 'DATABASE_FULL' });
  await database.transact(async (transaction) => {
    transaction.delete('t', 'a');
    transaction.put('t', 'c', 1);
  });
  const keys = await database.transact(async (transaction) =>
    Array.from(transaction.rows('t'), ([key]) => key),
  );
  expect(keys).toEqual(['b', 'c']);
  await expect(openEmbeddedDatabase({ journal: await openMemoryJournal(), rowsMax: 0 })).rejects.toThrow(
    /rowsMax is 0/,
  );
});
