// Goal: whenever the process ends, nothing that a ledger in a journal has accepted is lost, and nothing is invented.
// Method: a workload with many runs, messages, keys, forgotten runs and snapshots is run once for each change of the disk
// that it makes, and ends there; what recovers from some of these ends at its own first change, at its second, and so on,
// until one gets through. All of it on a simulated disk that loses and tears what is not durable.
import type { Disk, World } from '@holdfast/core';
import { openJournal } from '@holdfast/storage';
import { expect, test } from 'vitest';
import { journalEngine, type LedgerEngine } from '../../../src/index.ts';
import { MortalDisk } from '../../mortal-disk.ts';
import { LedgerWorkload, retainedMax } from './ledger-workload.ts';

const never = Number.POSITIVE_INFINITY;

function engineOn(disk: Disk, world: World): LedgerEngine {
  const open = () => openJournal({ disk, world, directory: 'ledger', segmentBytes: 4_096, exclusive: true });
  return journalEngine({ open, world, retainedMax, snapshotBytes: 1_500, recordBytesMax: 2_000 });
}

async function survive(end: number, seed: number, nested: boolean): Promise<void> {
  const mortal = new MortalDisk(seed);
  const { world } = mortal;
  const workload = new LedgerWorkload();
  try {
    await mortal.live(end, (disk) => workload.run(engineOn(disk, world)));
    const recover = (disk: Disk): Promise<void> => workload.recover(engineOn(disk, world));
    for (let again = nested ? 1 : never; !(await mortal.live(again, recover)); again++);
    expect(await mortal.live(never, recover)).toBe(true);
  } catch (error) {
    throw new Error(`seed ${seed}, after the end at change ${end}`, { cause: error });
  }
}

test('a ledger survives the end of its process at every change of the disk', async () => {
  const whole = new MortalDisk(0);
  const workload = new LedgerWorkload();
  expect(await whole.live(never, (disk) => workload.run(engineOn(disk, whole.world)))).toBe(true);
  const { changes } = whole;
  expect(changes).toBeGreaterThan(100);
  for (let end = 1; end <= changes; end++) await survive(end, end, end % 10 === 0);
});
