// Goal: every engine keeps the contract of `Journal`. Method: the same cases in memory, on a directory of this machine,
// and on simulated disks of several seeds that lose and tear all that is not durable.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '@holdfast/runtime';
import { describe, expect, test } from 'vitest';
import { JournalMemory, openJournal, openMemoryJournal } from '../src/index.ts';
import { journalContract } from '../src/testkit/index.ts';
import { DiskUnderTest } from './disk-under-test.ts';

const segmentBytes = 8_192;

describe('in memory', () => {
  for (const { name, run } of journalContract) {
    test(name, () => {
      const memory = new JournalMemory();
      return run({ open: () => openMemoryJournal({ memory }), crash: async () => {} });
    });
  }
});

describe('on a directory of this machine', () => {
  for (const { name, run } of journalContract) {
    test(name, async () => {
      const root = await mkdtemp(join(tmpdir(), 'holdfast-journal-'));
      try {
        const disk = nodeDisk(root);
        // What a process has open stays open: its successor must not mind.
        const open = () => openJournal({ disk, directory: 'a/journal', segmentBytes });
        await run({ open, crash: async () => {} });
      } finally {
        await rm(root, { recursive: true });
      }
    });
  }
});

describe('on a simulated disk', () => {
  for (const { name, run } of journalContract) {
    test(name, async () => {
      for (let seed = 0; seed < 10; seed++) {
        const under = new DiskUnderTest({ seed });
        const open = () =>
          openJournal({ disk: under.disk, world: under.world, directory: 'a/journal', segmentBytes });
        const crash = async () => under.restart();
        await under.settled(run({ open, crash }));
      }
    });
  }

  test('the suite notices a disk that forgets', async () => {
    const { run } = journalContract.find(({ name }) => name.startsWith('keeps through a crash what it has'))!;
    const under = new DiskUnderTest({ conditions: { lyingFlushes: 0.5, lostWrites: 1 } });
    const open = () =>
      openJournal({ disk: under.disk, world: under.world, directory: 'a/journal', segmentBytes });
    await expect(under.settled(run({ open, crash: async () => under.restart() }))).rejects.toThrow();
  });
});
