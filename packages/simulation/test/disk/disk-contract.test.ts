// Goal: the contract describes what real disks do, and the simulated disk keeps it. Method: the same cases on a
// directory of this machine and on simulated disks of several seeds that lose and tear all that is not durable.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { diskContract } from '../../src/disk/disk-contract.ts';
import { DiskUnderTest } from './disk-under-test.ts';
import { NodeDisk } from './node-disk.ts';

describe('a directory of this machine', () => {
  for (const { name, run } of diskContract) {
    test(name, async () => {
      const root = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
      try {
        const disk = new NodeDisk(root);
        await disk.makeDirectory('data/logs');
        const successor = new NodeDisk(root);
        await run(disk, 'data/logs', async () => {
          await disk.abandon();
          return successor;
        });
        await successor.abandon();
      } finally {
        await rm(root, { recursive: true });
      }
    });
  }
});

describe('a simulated disk', () => {
  for (const { name, run } of diskContract) {
    test(name, async () => {
      for (let seed = 0; seed < 5; seed++) await simulated(seed, run);
    });
  }

  async function simulated(seed: number, run: (typeof diskContract)[number]['run']): Promise<void> {
    const under = new DiskUnderTest({ seed });
    const prepare = async (): Promise<void> => {
      await under.disk.makeDirectory('data/logs');
      await under.disk.syncDirectory('');
      await under.disk.syncDirectory('data');
    };
    await under.settled(prepare());
    const crash = async (): Promise<Disk> => {
      under.restart();
      return under.disk;
    };
    await under.settled(run(under.disk, 'data/logs', crash));
  }
});

test('the contract notices a disk that forgets', async () => {
  const { run } = diskContract.find(({ name }) => name.startsWith('keeps through a crash what was synced'))!;
  const under = new DiskUnderTest({ conditions: { lyingFlushes: 1, lostWrites: 1 } });
  await under.settled(under.disk.makeDirectory('data'));
  const crash = async (): Promise<Disk> => {
    under.restart();
    return under.disk;
  };
  await expect(under.settled(run(under.disk, 'data', crash))).rejects.toThrow();
});
