// Goal: an event store on a journal keeps the contract, and what it has accepted through any crash and refusal. Method: the
// contract on journals in memory and on a simulated disk; a workload that ends at each change of the disk in turn; and
// appends that overlap while the disk is full or busy, against what readers were shown.
import { type Disk, ManualWorld } from '@holdfast/core';
import {
  type Journal,
  JournalMemory,
  openJournal,
  openMemoryJournal,
  storageErrors,
} from '@holdfast/storage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventStore, openEventStore } from '../../src/index.ts';
import { type EventStoreUnderTest, eventStoreContract } from '../../src/testkit/index.ts';
import { MortalDisk } from '../mortal-disk.ts';

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

const fileJournal = (disk: Disk, { world }: MortalDisk): Promise<Journal> =>
  openJournal({ disk, world, directory: 'events', segmentBytes: 16_384, exclusive: true });

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

/** What a store has promised, and what it has shown to readers. */
class Promises {
  /** By stream, the events accepted, and those that may have been. */
  readonly accepted = new Map<string, number>();
  readonly asked = new Map<string, number>();
  shown: string[] = [];

  async work(store: EventStore): Promise<void> {
    await this.check(store);
    const subscription = store.subscribe({ after: 0 });
    let shown: string[] = [];
    const reading = (async () => {
      for await (const { events } of subscription) {
        shown = [...shown, ...events.map(({ id }) => id)];
        // Whatever a reader has seen has to be there after any crash.
        if (shown.length > this.shown.length) this.shown = shown;
      }
    })();
    reading.catch(() => {});
    const streams = ['a', 'b', 'c'];
    await Promise.all(
      streams.map(async (stream) => {
        const begin = this.accepted.get(stream) ?? 0;
        for (let version = begin; version < begin + 8; version += 2) {
          const ids = [version + 1, version + 2].map((n) => `${stream}${n}`);
          this.asked.set(stream, version + 2);
          await store.append(
            stream,
            version,
            ids.map((id) => ({ id, type: 'happened', data: 'x'.repeat(100) })),
          );
          this.accepted.set(stream, version + 2);
        }
      }),
    );
    await subscription.return?.();
    await store.close();
  }

  async check(store: EventStore): Promise<void> {
    const ids: string[] = [];
    for (const [stream, asked] of this.asked) {
      const { events, version } = await store.read(stream);
      expect(version).toBeGreaterThanOrEqual(this.accepted.get(stream) ?? 0);
      expect(version).toBeLessThanOrEqual(asked);
      expect(version % 2).toBe(0);
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => `${stream}${index + 1}`));
      this.accepted.set(stream, version);
      ids.push(...events.map(({ id }) => id));
    }
    const all = (await store.readAll()).events.map(({ id }) => id);
    expect([...all].sort()).toEqual(ids.sort());
    expect(all.slice(0, this.shown.length)).toEqual(this.shown);
  }
}

async function surviveEnd(change: number, seed: number): Promise<boolean> {
  const mortal = new MortalDisk(seed);
  const promises = new Promises();
  const work = async (disk: Disk): Promise<void> => {
    const journal = await fileJournal(disk, mortal);
    await promises.work(await openEventStore({ world: mortal.world, journal }));
  };
  const got = await mortal.live(change, work);
  await mortal.live(change, work);
  expect(await mortal.live(Number.POSITIVE_INFINITY, work)).toBe(true);
  return got;
}

test('what it has accepted, and what it has shown to readers, is there after an end at any change', async () => {
  let ends = 0;
  while (!(await surviveEnd(ends + 1, ends))) ends++;
  expect(ends).toBeGreaterThan(20);
});

test('an append that the journal refuses has not happened, nor have those made on top of it', async () => {
  const refuse = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(refuse, fc.integer({ min: 1, max: 5 }), async (refusals, concurrency) => {
      const memory = new JournalMemory();
      const journal = await openMemoryJournal({ memory });
      let calls = 0;
      const append = journal.append.bind(journal);
      journal.append = async (...args) => {
        // Refused at the call, as by a journal that is busy; known a little later.
        const taken = refusals[calls++ % refusals.length] ? undefined : append(...args);
        taken?.catch(() => {});
        for (let turn = 0; turn < 1 + (calls % 3); turn++) await undefined;
        if (taken === undefined) throw storageErrors.create('JOURNAL_BUSY', { message: 'busy' });
        return taken;
      };
      const store = await openEventStore({ journal, world: new ManualWorld() });
      const accepted: string[] = [];
      const worker = async (name: string): Promise<void> => {
        for (let n = 0; n < 5; n++) {
          const id = `${name}-${n}`;
          await store.append('shared', 'any', [{ id, type: 't', data: n }]).then(
            () => accepted.push(id),
            () => {},
          );
        }
      };
      await Promise.all(Array.from({ length: concurrency }, (_, n) => worker(`w${n}`)));
      const shown = (await store.readAll()).events;
      const successor = await openEventStore({ journal: await openMemoryJournal({ memory }) });
      const found = (await successor.readAll()).events;
      expect(found.map(({ id, version }) => [id, version])).toEqual(
        shown.map(({ id, version }) => [id, version]),
      );
      for (const id of accepted) expect(found.map((event) => event.id)).toContain(id);
    }),
    { numRuns: 100 },
  );
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
