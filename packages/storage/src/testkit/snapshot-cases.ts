import type { SnapshotInfo, SnapshotStore } from '../snapshot-store.ts';
import { equal, equalBytes, fails, type JournalCase } from './journal-case.ts';

/** Snapshots beside the journal. */
export const snapshotCases: readonly JournalCase[] = [
  {
    name: 'lists a snapshot once it is committed, the latest commit last',
    async run({ open }) {
      const { snapshots, close } = bound(await open());
      const first = await snapshots.write('b.1', text('first'));
      const second = await snapshots.write('a_2', text('second'));
      await first.write(bytes(10));
      equal(names(snapshots.list()), '', 'what is listed before the commit');
      equal(names(snapshots.unfinished()), 'a_2 b.1', 'what is unfinished');
      await second.commit();
      const info = await first.commit();
      equal(`${info.id} ${info.size}`, 'b.1 10', 'what the commit says');
      const listed = snapshots.list().map(({ id }) => id);
      equal(listed.join(' '), 'a_2 b.1', 'the order');
      equal(names(snapshots.unfinished()), '', 'what is unfinished then');
      await close();
      const again = bound(await open());
      const found = again.snapshots.list().map(({ id }) => id);
      equal(found.join(' '), 'a_2 b.1', 'the order after another opening');
      equalBytes(again.snapshots.list()[1]!.description, text('first'), 'the description');
      await again.close();
    },
  },
  {
    name: 'reads back any part of a snapshot',
    async run({ open }) {
      const { snapshots, close } = bound(await open());
      const data = bytes(200_000);
      const writer = await snapshots.write('s', text(''));
      for (let at = 0; at < data.length; at += 7_001) await writer.write(data.subarray(at, at + 7_001));
      equal(writer.offset, data.length, 'the bytes taken');
      await writer.commit();
      const reader = await snapshots.open('s');
      equal(reader.info.size, data.length, 'the size');
      for (const [offset, length] of [
        [0, 200_000],
        [0, 1],
        [65_530, 10],
        [65_532, 65_532],
        [131_064, 1],
        [199_990, 100],
        [200_000, 5],
        [300_000, 5],
        [70_000, 90_000],
      ] as const) {
        equalBytes(
          await reader.read(offset, length),
          data.slice(offset, offset + length),
          `bytes from ${offset}`,
        );
      }
      await reader.close();
      await close();
    },
  },
  {
    name: 'keeps through a crash what was committed',
    async run({ open, crash }) {
      const { snapshots } = await open();
      const data = bytes(100_000);
      const writer = await snapshots.write('s', text('what it is'));
      await writer.write(data);
      await writer.commit();
      await crash();
      const successor = bound(await open());
      const [info] = successor.snapshots.list();
      equal(`${info?.id} ${info?.size}`, 's 100000', 'what is listed');
      equalBytes(info!.description, text('what it is'), 'the description');
      const reader = await successor.snapshots.open('s');
      equalBytes(await reader.read(0, 100_000), data, 'the data');
      await reader.close();
      await successor.close();
    },
  },
  {
    name: 'goes on with an unfinished snapshot after what is durable of it',
    async run({ open, crash }) {
      const data = bytes(150_000);
      const { snapshots } = await open();
      const writer = await snapshots.write('s', text('d'));
      await writer.write(data.subarray(0, 70_000));
      await writer.sync();
      await writer.write(data.subarray(70_000, 71_000));
      await crash();
      const { snapshots: found } = await open();
      const [unfinished] = found.unfinished();
      equal(unfinished?.id ?? '', 's', 'what is unfinished');
      equalBytes(unfinished!.description, text('d'), 'its description');
      const { size } = unfinished!;
      equal(size >= 70_000 && size <= 71_000, true, 'what is durable of it');
      const resumed = await found.write('s', text('d'));
      equal(resumed.offset, size, 'where it goes on');
      await resumed.write(data.subarray(size, 100_001));
      await resumed.sync();
      await resumed.close();
      equal(found.unfinished()[0]!.size, 100_001, 'what is durable after it was closed');
      const once = await found.write('s', text('d'));
      await once.write(data.subarray(once.offset));
      await once.commit();
      const reader = await found.open('s');
      equalBytes(await reader.read(0, 200_000), data, 'the data');
      await crash();
    },
  },
  {
    name: 'begins anew where an unfinished snapshot has another description',
    async run({ open }) {
      const { snapshots, close } = bound(await open());
      const writer = await snapshots.write('s', text('one'));
      await writer.write(bytes(1_000));
      await writer.sync();
      await writer.close();
      const other = await snapshots.write('s', text('other'));
      equal(other.offset, 0, 'where it begins');
      await other.write(bytes(10));
      equal((await other.commit()).size, 10, 'its size');
      await close();
    },
  },
  {
    name: 'says which snapshots are there already, and which are not',
    async run({ open }) {
      const { snapshots, close } = bound(await open());
      await fails(snapshots.open('s'), 'SNAPSHOT_NOT_FOUND', 'opening what is not there');
      const writer = await snapshots.write('s', text(''));
      await fails(snapshots.write('s', text('')), 'SNAPSHOT_EXISTS', 'writing what is being written');
      await fails(snapshots.open('s'), 'SNAPSHOT_NOT_FOUND', 'opening what is unfinished');
      await writer.commit();
      await fails(snapshots.write('s', text('')), 'SNAPSHOT_EXISTS', 'writing what is complete');
      for (const id of ['', '../s', 'a/b', 'ä']) {
        await fails(snapshots.write(id, text('')), 'INVALID_ARGUMENT', `the id '${id}'`);
      }
      const empty = await snapshots.open('s');
      equal((await empty.read(0, 10)).length, 0, 'the bytes of an empty one');
      await empty.close();
      await close();
    },
  },
  {
    name: 'removes a snapshot, finished or not; who has it open may read on',
    async run({ open, crash }) {
      const { snapshots } = await open();
      const data = bytes(100_000);
      const writer = await snapshots.write('s', text(''));
      await writer.write(data);
      await writer.commit();
      const unfinished = await snapshots.write('t', text(''));
      await unfinished.sync();
      await unfinished.close();
      const reader = await snapshots.open('s');
      await snapshots.remove('s');
      await snapshots.remove('t');
      await snapshots.remove('none');
      equalBytes(await reader.read(0, 100_000), data, 'what the reader has open');
      await crash();
      const successor = bound(await open());
      equal(names([...successor.snapshots.list(), ...successor.snapshots.unfinished()]), '', 'what is left');
      await successor.close();
    },
  },
];

function bound(journal: { snapshots: SnapshotStore; close(): Promise<void> }): {
  readonly snapshots: SnapshotStore;
  readonly close: () => Promise<void>;
} {
  return { snapshots: journal.snapshots, close: () => journal.close() };
}

function names(infos: readonly SnapshotInfo[]): string {
  return infos
    .map(({ id }) => id)
    .sort()
    .join(' ');
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >>> 8)) % 251);
}
