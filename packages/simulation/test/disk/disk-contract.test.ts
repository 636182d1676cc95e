// Goal: the simulated disk keeps the contract, which describes what real disks do: a directory of this machine passes the
// same cases in the package `runtime`. Method: simulated disks of several seeds that lose and tear all that is not durable.
import type { Disk } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { diskContract } from '../../src/disk/disk-contract.ts';
import { DiskUnderTest } from './disk-under-test.ts';

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
