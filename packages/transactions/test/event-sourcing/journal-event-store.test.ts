// Goal: an event store on a journal keeps the contract, and what it has accepted through any crash and refusal. Method: the
// contract on journals in memory and on a simulated disk; a workload that ends at each change of the disk in turn; and
// appends that overlap while the disk is full or busy, against what readers were shown.
import { JournalMemory, openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEventStore } from '../../src/index.ts';
import { type EventStoreUnderTest, eventStoreContract } from '../../src/testkit/index.ts';
import { MortalDisk } from '../mortal-disk.ts';
import { fileJournal, surviveEnd } from './every-crash.ts';
import { refusedAppends } from './refused-appends.ts';

const cases = eventStoreContract.filter(({ needs }) => needs.length === 0);

describe('on a journal in memory, an event store keeps the contract', () => {
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const memory = new JournalMemory();
    const under: EventStoreUnderTest = {
      prefix: 'case/',
      open: async () => openEventStore({ journal: await openMemoryJournal({ memory }) }),
      crash: async () => {},
    };
    await run(under as Required<EventStoreUnderTest>);
  });
});

describe('on a journal on disk, an event store keeps the contract', () => {
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    const mortal = new MortalDisk(1);
    const { world } = mortal;
    await mortal.live(Number.POSITIVE_INFINITY, async (disk) => {
      const under: EventStoreUnderTest = {
        prefix: 'case/',
        open: async () => openEventStore({ world, journal: await fileJournal(disk, mortal) }),
        crash: async () => {},
      };
      await run(under as Required<EventStoreUnderTest>);
    });
  });
});

test('what it has accepted, and what it has shown to readers, is there after an end at any change', async () => {
  let ends = 0;
  while (!(await surviveEnd(ends + 1, ends))) ends++;
  expect(ends).toBeGreaterThan(20);
});

test('an append that the journal refuses has not happened, nor have those made on top of it', async () => {
  await fc.assert(refusedAppends, { numRuns: 100 });
});

test('options that cannot work are refused, and so is what there is no room for', async () => {
  const journal = await openMemoryJournal();
  await expect(openEventStore({ journal, bytesMax: 0 })).rejects.toThrow(/bytesMax is 0/);
  const store = await openEventStore({ journal, bytesMax: 300 });
  await store.append('s', 'none', [{ type: 't', data: 'x'.repeat(100) }]);
  const tooMuch = store.append('s', 1, [{ type: 't', data: 'x'.repeat(200) }]);
  await expect(tooMuch).rejects.toMatchObject({ code: 'EVENT_STORE_FULL' });
  expect((await store.read('s')).version).toBe(1);
  await store.append('s', 1, [{ type: 't', data: 1 }]);
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const cyclic = store.append('s', 2, [{ type: 't', data: cycle as never }]);
  await expect(cyclic).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await store.close();
});

test('a record of another format is not taken for events', async () => {
  const memory = new JournalMemory();
  const foreign = await openMemoryJournal({ memory });
  await foreign.append([Uint8Array.of(9, 1, 2)]);
  const opening = openEventStore({ journal: await openMemoryJournal({ memory }) });
  await expect(opening).rejects.toMatchObject({ code: 'EVENT_STORE_FAILED' });
});
