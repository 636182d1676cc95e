import { crc32c, ManualWorld } from '@holdfast/core';
import type { SnapshotMetadata } from '@holdfast/raft';
import { openMemoryJournal, type SnapshotStore, type SnapshotWriter, storageErrors } from '@holdfast/storage';
import { describe, expect, test } from 'vitest';
import { Store } from '../../state/store.ts';
import { writeSnapshotFile } from './snapshot-file.ts';
import { SnapshotIntake } from './snapshot-intake.ts';

const chunkBytes = 16;

async function memoryStore(): Promise<SnapshotStore> {
  return (await openMemoryJournal()).snapshots;
}

/** The file of a snapshot of an empty state. */
async function snapshotBytes(): Promise<Uint8Array> {
  const store = await memoryStore();
  const writer = await store.write('s', new Uint8Array(0));
  await writeSnapshotFile(writer, { time: 5 }, new Store().snapshot(), () => true);
  const { size } = await writer.commit();
  return (await store.open('s')).read(0, size);
}

/** A store on a disk that is full for a while: a writer that has found no room takes nothing more. */
class FullStore implements SnapshotStore {
  readonly #store: SnapshotStore;
  /** What fails next. */
  full: 'write' | 'commit' | undefined;

  constructor(store: SnapshotStore) {
    this.#store = store;
  }

  list(): ReturnType<SnapshotStore['list']> {
    return this.#store.list();
  }

  unfinished(): ReturnType<SnapshotStore['unfinished']> {
    return this.#store.unfinished();
  }

  async write(id: string, description: Uint8Array): Promise<SnapshotWriter> {
    const writer = await this.#store.write(id, description);
    let ended = false;
    const checkRoom = (what: FullStore['full']): void => {
      ended ||= this.full === what;
      if (ended) throw storageErrors.create('JOURNAL_FULL', { message: 'no room' });
    };
    return {
      id,
      get offset() {
        return writer.offset;
      },
      write: async (bytes) => {
        await writer.write(bytes);
        checkRoom('write');
      },
      sync: () => writer.sync(),
      commit: async () => {
        checkRoom('commit');
        return writer.commit();
      },
      close: () => writer.close(),
    };
  }

  open(id: string): ReturnType<SnapshotStore['open']> {
    return this.#store.open(id);
  }

  remove(id: string): Promise<void> {
    return this.#store.remove(id);
  }
}

describe('a snapshot that arrives', () => {
  test.each(['write', 'commit'] as const)(
    'is whole once there is room again, after a %s found none',
    async (full) => {
      const bytes = await snapshotBytes();
      const world = new ManualWorld({ seed: 1 });
      const store = new FullStore(await memoryStore());
      const snapshot: SnapshotMetadata = {
        id: 'arriving',
        index: 7,
        term: 3,
        configuration: {
          voters: ['a'],
          outgoing: [],
          learners: [],
          learnersNext: [],
          witnesses: [],
          leavesJoint: false,
        },
        configurationIndex: 1,
        bytes: bytes.length,
      };
      let offset = 0;
      const failures: unknown[] = [];
      const intake = new SnapshotIntake(world, store, new Store(), {
        stored: (_id, stored) => {
          offset = stored;
        },
        failed: (error) => failures.push(error),
      });
      for (let chunks = 0; chunks < 100 && offset < bytes.length; chunks++) {
        if (offset > 0) store.full = chunks < 8 ? full : undefined;
        const data = bytes.subarray(offset, offset + chunkBytes);
        const taken = intake.take({ snapshot, offset, data, checksum: crc32c(data) });
        await world.advance('1s');
        await taken;
      }
      expect(failures).toEqual([]);
      expect(offset).toBe(bytes.length);
      expect(intake.install('arriving').header).toEqual({ time: 5 });
      await intake.close();
    },
  );
});
