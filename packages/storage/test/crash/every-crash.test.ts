// Goal: whenever the process ends, nothing accepted is lost and nothing is invented. Method: a workload with rotation,
// compaction, snapshots and another opening is run once for each of its disk operations, and ends there; what recovers
// from that ends at its own first operation, then at its second, and so on, until one gets through. All of it on a
// simulated disk that loses and tears what is not durable.
import type { Disk } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../src/index.ts';
import { DiskUnderTest } from '../disk-under-test.ts';
import { InterruptedDisk } from './interrupted-disk.ts';
import { JournalWorkload, Promises } from './journal-workload.ts';

const segmentBytes = 4_096;
const never: Promise<never> = new Promise(() => {});

/** A journal on a simulated disk, whose process ends when it has begun so many changes of the disk. */
class MortalJournal {
  readonly under: DiskUnderTest;
  readonly promises = new Promises();
  changes = 0;
  #life = 0;

  constructor(seed: number, sectorBytes: 512 | 4_096) {
    this.under = new DiskUnderTest({
      seed,
      sectorBytes,
      conditions: { latency: { min: '1us', max: '3us' } },
    });
  }

  /** Runs `work` in a new process that ends at its `lastChange`-th change. Whether it got to its end before. */
  async live(lastChange: number, work: (workload: JournalWorkload) => Promise<void>): Promise<boolean> {
    const life = ++this.#life;
    this.changes = 0;
    let die: () => void = () => {};
    const death = new Promise<boolean>((resolve) => {
      die = () => resolve(false);
    });
    const disk: Disk = new InterruptedDisk(this.under.disk, (_, begin) => {
      if (life !== this.#life) return never;
      if (++this.changes < lastChange) return begin();
      begin();
      this.#life++;
      this.under.restart();
      die();
      return never;
    });
    const { world } = this.under;
    const open = (): Promise<Journal> => openJournal({ disk, world, directory: 'a/journal', segmentBytes });
    const done = work(new JournalWorkload(this.promises, open)).then(() => true);
    return this.under.settled(Promise.race([done, death]));
  }
}

async function recover(workload: JournalWorkload): Promise<void> {
  const journal = await workload.open();
  await workload.check(journal);
  await workload.append(journal, 2, 2);
  await journal.close();
}

describe.each([512, 4_096] as const)('with sectors of %i bytes', (sectorBytes) => {
  test('a journal survives the end of its process at every change of the disk', async () => {
    const whole = new MortalJournal(0, sectorBytes);
    expect(await whole.live(Number.POSITIVE_INFINITY, (workload) => workload.run())).toBe(true);
    const { changes } = whole;
    expect(changes).toBeGreaterThan(100);
    for (let run = 0; run < 2 * changes; run++) {
      const change = 1 + (run % changes);
      const journal = new MortalJournal(run, sectorBytes);
      try {
        await journal.live(change, (workload) => workload.run());
        for (let again = 1; !(await journal.live(again, recover)); again++);
        expect(await journal.live(Number.POSITIVE_INFINITY, recover)).toBe(true);
      } catch (error) {
        throw new Error(`seed ${run}, after the end at change ${change} of ${changes}`, { cause: error });
      }
    }
  });
});
