import type { Disk } from '@holdfast/core';
import type { DiskConditions } from '@holdfast/simulation';
import { type Journal, type JournalOptions, openJournal } from '../src/index.ts';
import { type DiskChange, InterruptedDisk } from './crash/interrupted-disk.ts';
import { DiskUnderTest } from './disk-under-test.ts';

/** A journal on a simulated disk, with a list of what it asks of it. */
export class JournalUnderTest {
  readonly under: DiskUnderTest;
  /** The changes of the disk that have begun, and how many flushes are under way. */
  readonly changes: DiskChange[] = [];
  flushesUnderWay = 0;
  flushesAtOnce = 0;
  journal!: Journal;

  constructor(conditions: DiskConditions = {}) {
    this.under = new DiskUnderTest({ conditions });
  }

  async open(options: Partial<JournalOptions> = {}): Promise<Journal> {
    const { world } = this.under;
    const opening = openJournal({
      disk: this.#watched(),
      world,
      directory: 'journal',
      segmentBytes: 4_096,
      ...options,
    });
    this.journal = await this.under.settled(opening);
    return this.journal;
  }

  /** What comes of `attempt`: its value, or the code of its error. */
  async outcome<Value>(attempt: Promise<Value>): Promise<Value | string> {
    return this.under.settled(attempt.catch((error: { code: string }) => error.code));
  }

  append(...texts: string[]): Promise<number> {
    return this.journal.append(texts.map((text) => new TextEncoder().encode(text)));
  }

  async texts(from: number = this.journal.firstPosition): Promise<string[]> {
    const reading = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { bytes } of this.journal.read(from)) found.push(new TextDecoder().decode(bytes));
      return found;
    };
    return this.under.settled(reading());
  }

  /** Lets time pass. */
  async wait(): Promise<void> {
    await this.under.world.advance('2s');
  }

  /** What the disk has in `file` of the journal's directory. */
  async bytesOf(file: string): Promise<Uint8Array> {
    const opened = await this.under.settled(this.under.disk.open(`journal/${file}`));
    return this.under.settled(opened.read(0, 1_000_000));
  }

  async overwrite(file: string, at: number, bytes: Uint8Array): Promise<void> {
    const opened = await this.under.settled(this.under.disk.open(`journal/${file}`));
    await this.under.settled(opened.write(at, bytes));
  }

  #watched(): Disk {
    return new InterruptedDisk(this.under.disk, async (change, begin) => {
      this.changes.push(change);
      if (change === 'sync') this.flushesAtOnce = Math.max(this.flushesAtOnce, ++this.flushesUnderWay);
      try {
        await begin();
      } finally {
        if (change === 'sync') this.flushesUnderWay--;
      }
    });
  }
}
