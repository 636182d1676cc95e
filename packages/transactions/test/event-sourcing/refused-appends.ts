import { ManualWorld } from '@holdfast/core';
import { JournalMemory, openMemoryJournal, storageErrors } from '@holdfast/storage';
import fc from 'fast-check';
import { expect } from 'vitest';
import { openEventStore } from '../../src/index.ts';

const refuse = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });

/** Appends that overlap, on a journal that refuses some: what readers see is what a successor finds. */
export const refusedAppends: fc.IAsyncProperty<[boolean[], number]> = fc.asyncProperty(
  refuse,
  fc.integer({ min: 1, max: 5 }),
  async (refusals, concurrency) => {
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
  },
);
