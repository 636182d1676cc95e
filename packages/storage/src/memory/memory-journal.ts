import { type HoldfastError, invalidArgument } from '@holdfast/core';
import type { Journal, JournalCondition, JournalFigures, JournalRecord } from '../journal.ts';
import { journalClosed, journalCompacted, journalFenced, journalMoved } from '../journal-errors.ts';
import type { SnapshotStore } from '../snapshot-store.ts';
import { MemorySnapshots, type StoredSnapshot } from './memory-snapshots.ts';

/** What journals in memory leave to the next one that is opened on it. It lasts as long as the process. */
export class JournalMemory {
  epoch = 0;
  firstPosition = 0;
  readonly records: Uint8Array[] = [];
  readonly snapshots: StoredSnapshot[] = [];
}

export interface MemoryJournalOptions {
  /** Default new, and empty. */
  readonly memory?: JournalMemory | undefined;
}

/** Opens a journal that lives in memory: for tests, and for what need not outlive its process. It has no bound. */
export async function openMemoryJournal({
  memory = new JournalMemory(),
}: MemoryJournalOptions = {}): Promise<Journal> {
  return new MemoryJournal(memory);
}

class MemoryJournal implements Journal {
  readonly epoch: number;
  readonly snapshots: SnapshotStore;
  condition: JournalCondition = 'open';
  readonly #memory: JournalMemory;
  readonly #counts = { appendedRecords: 0, appendedBytes: 0, flushes: 0 };

  constructor(memory: JournalMemory) {
    this.#memory = memory;
    this.epoch = ++memory.epoch;
    this.snapshots = new MemorySnapshots(memory.snapshots, () => this.#checkOpen());
  }

  get firstPosition(): number {
    return this.#memory.firstPosition;
  }

  get nextPosition(): number {
    return this.#memory.firstPosition + this.#memory.records.length;
  }

  get durablePosition(): number {
    return this.nextPosition;
  }

  get figures(): JournalFigures {
    const { records } = this.#memory;
    const diskBytes = records.reduce((sum, { length }) => sum + length, 0);
    return { ...this.#counts, flushMicros: 0, flushMicrosMax: 0, segments: 1, diskBytes, pendingBytes: 0 };
  }

  async append(records: readonly Uint8Array[], expectedPosition?: number): Promise<number> {
    const refusal = this.#refusal(expectedPosition);
    if (refusal !== undefined) throw refusal;
    for (const record of records) {
      this.#memory.records.push(record.slice());
      this.#counts.appendedBytes += record.length;
    }
    this.#counts.appendedRecords += records.length;
    this.#counts.flushes++;
    return this.nextPosition;
  }

  async *read(from: number): AsyncGenerator<JournalRecord, void> {
    if (!(Number.isSafeInteger(from) && from >= 0)) {
      throw invalidArgument('position', from, 'a whole number from 0');
    }
    this.#checkOpen();
    for (let position = from; position < this.durablePosition; position++) {
      const { firstPosition, records } = this.#memory;
      if (position < firstPosition) throw journalCompacted(position, firstPosition);
      yield { position, bytes: records[position - firstPosition]! };
      this.#checkOpen();
    }
  }

  async compact(position: number): Promise<void> {
    this.#checkOpen();
    if (!(Number.isSafeInteger(position) && position >= 0 && position <= this.durablePosition)) {
      throw invalidArgument('position', position, `a durable one, ${this.durablePosition} at most`);
    }
    const memory = this.#memory;
    if (position <= memory.firstPosition) return;
    memory.records.splice(0, position - memory.firstPosition);
    memory.firstPosition = position;
  }

  async close(): Promise<void> {
    this.condition = 'closed';
  }

  #refusal(expectedPosition: number | undefined): HoldfastError | undefined {
    if (this.condition === 'closed') return journalClosed();
    if (this.epoch !== this.#memory.epoch) {
      this.condition = 'failed';
      return journalFenced(this.epoch);
    }
    if (expectedPosition !== undefined && expectedPosition !== this.nextPosition) {
      return journalMoved(expectedPosition, this.nextPosition);
    }
    return undefined;
  }

  #checkOpen(): void {
    if (this.condition === 'closed') throw journalClosed();
  }
}
