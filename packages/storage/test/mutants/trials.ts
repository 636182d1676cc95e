import type { DiskConditions } from '@holdfast/simulation';
import fc from 'fast-check';
import { openJournal } from '../../src/index.ts';
import { countChanges, surviveEnd } from '../crash/every-crash.ts';
import { RandomWork, steps } from '../crash/random-faults.ts';
import { MemoryDisk } from '../memory-disk.ts';

/** Ways of finding a bug, each of which throws when there is one. */
export type Trial = 'crashes' | 'faults' | 'rot';

export const trials: Readonly<Record<Trial, () => Promise<void>>> = {
  /** The end at every change of the disk, in a scattered order, so that a bug is met soon. */
  crashes: async () => {
    const changes = await countChanges(512);
    for (let run = 0; run < 3 * changes; run++) await surviveEnd(1 + ((run * 61) % changes), run, 512);
  },
  faults: () => work({ failedWrites: 0.02, failedFlushes: 0.05, failedReads: 0.01 }, 400),
  /** A flipped bit in the frame that was accepted last. */
  rot: async () => {
    const disk = new MemoryDisk();
    const options = { disk, directory: 'journal', segmentBytes: 4_096 };
    const journal = await openJournal(options);
    await journal.append([new Uint8Array(100).fill(1)]);
    await journal.append([new Uint8Array(1_500).fill(2)]);
    await journal.close();
    const path = 'journal/segment-0000000001';
    for (let at = 0; at < 1_800; at += 7) {
      const files = new Map(disk.files);
      const flipped = files.get(path)!.slice();
      flipped[at]! ^= 4;
      const opened = await openJournal({ ...options, disk: new MemoryDisk(files.set(path, flipped)) }).catch(
        () => undefined,
      );
      const next = opened?.nextPosition;
      await opened?.close();
      if (next !== undefined && next !== 2) throw new Error(`a bit of byte ${at} has lost a record`);
    }
  },
};

async function work(conditions: DiskConditions, runs: number): Promise<void> {
  const property = fc.asyncProperty(fc.integer(), steps, async (seed, steps) => {
    const ending = await new RandomWork(seed, conditions).run(steps);
    if (ending !== 'sound') throw new Error('the journal is damaged by what it has to survive');
  });
  await fc.assert(property, { numRuns: runs, seed: 1, endOnFailure: true });
}
