import type { Disk } from '@holdfast/core';
import { type Journal, openJournal } from '@holdfast/storage';
import { expect } from 'vitest';
import { type EventStore, openEventStore } from '../../src/index.ts';
import { MortalDisk } from '../mortal-disk.ts';

export const fileJournal = (disk: Disk, { world }: MortalDisk): Promise<Journal> =>
  openJournal({ disk, world, directory: 'events', segmentBytes: 16_384, exclusive: true });

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

/** A process ends at a change of the disk, its successor too; whether the first one came to its end before. */
export async function surviveEnd(change: number, seed: number): Promise<boolean> {
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
