import type { Disk } from '@holdfast/core';
import { expect } from 'vitest';
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

/** How many changes of the disk the workload takes. */
export async function countChanges(sectorBytes: 512 | 4_096): Promise<number> {
  const whole = new MortalJournal(0, sectorBytes);
  expect(await whole.live(Number.POSITIVE_INFINITY, (workload) => workload.run())).toBe(true);
  return whole.changes;
}

/** The workload ends at `change`; then what recovers from that at its first one, at its second one, and so on. */
export async function surviveEnd(change: number, seed: number, sectorBytes: 512 | 4_096): Promise<void> {
  const journal = new MortalJournal(seed, sectorBytes);
  try {
    await journal.live(change, (workload) => workload.run());
    for (let again = 1; !(await journal.live(again, recover)); again++);
    expect(await journal.live(Number.POSITIVE_INFINITY, recover)).toBe(true);
  } catch (error) {
    throw new Error(`seed ${seed}, after the end at change ${change}`, { cause: error });
  }
}
