import { violated } from '../invariant.ts';
import type { Log } from './log.ts';
import type { HardState, SnapshotMetadata } from './stored-state.ts';
import type { WriteBatch } from './write-batch.ts';

/** A write that the driver has been given and has not reported as durable. */
interface PendingWrite {
  readonly sequence: number;
  /** Where the log ended in it; lowered when a later truncation makes the rest of it worthless. */
  lastIndex: number;
}

/**
 * What of the log and the hard state is handed to the disk, and what is durable there. Batches are numbered and become
 * durable in order. A truncation lowers what earlier, still pending batches can prove, so that their late report never
 * counts for the entries that took the place of those written in them.
 */
export class Writes<Command> {
  private hardStateChanged = false;
  /** The last batch that carried a hard state. */
  private hardStateSequence = 0;
  private sequenceTaken = 0;
  private sequenceDurable = 0;
  /** Up to here the log is on disk or on its way. */
  private handedTo: number;
  private durableNow: number;
  private truncateFrom: number | undefined;
  private snapshot: SnapshotMetadata | undefined;
  private readonly pending: PendingWrite[] = [];

  constructor(lastIndex: number) {
    this.handedTo = lastIndex;
    this.durableNow = lastIndex;
  }

  /** The last index up to which the log in memory is the one on disk. */
  get durable(): number {
    return this.durableNow;
  }

  /** The last batch that was reported as durable. */
  get durableSequence(): number {
    return this.sequenceDurable;
  }

  hardStateIsNew(): void {
    this.hardStateChanged = true;
  }

  truncated(index: number): void {
    if (index <= this.handedTo) {
      this.handedTo = index - 1;
      this.truncateFrom = Math.min(this.truncateFrom ?? index, index);
    }
    for (const write of this.pending) write.lastIndex = Math.min(write.lastIndex, index - 1);
    this.durableNow = Math.min(this.durableNow, index - 1);
  }

  /** The whole log gives way to a snapshot, which is to be written next. */
  restored(snapshot: SnapshotMetadata): void {
    this.snapshot = snapshot;
    this.truncateFrom = undefined;
    this.handedTo = snapshot.index;
    for (const write of this.pending) write.lastIndex = 0;
    this.durableNow = 0;
  }

  /** The batch whose completion makes the hard state, and the log up to `index`, durable; 0 if they are. */
  sequenceFor(index: number): number {
    const hardState = this.hardStateChanged ? this.sequenceTaken + 1 : this.hardStateSequence;
    let entries = 0;
    if (index > this.durableNow) {
      entries = this.sequenceTaken + 1;
      if (index <= this.handedTo && this.snapshot === undefined) {
        entries = this.pending.find((write) => write.lastIndex >= index)?.sequence ?? entries;
      }
    }
    return Math.max(hardState, entries);
  }

  /** The next batch, if there is anything to write. */
  take(log: Log<Command>, term: number, vote: HardState['vote']): WriteBatch<Command> | undefined {
    const { lastIndex } = log;
    const { snapshot, truncateFrom, hardStateChanged } = this;
    const entriesNew = lastIndex > this.handedTo;
    if (!entriesNew && !hardStateChanged && snapshot === undefined && truncateFrom === undefined) {
      return undefined;
    }
    const sequence = ++this.sequenceTaken;
    const batch: WriteBatch<Command> = {
      sequence,
      hardState: { term, vote, commit: log.commit },
      snapshot,
      truncateFrom,
      entries: entriesNew ? log.slice(this.handedTo + 1, lastIndex + 1) : [],
    };
    if (entriesNew && batch.entries[0]!.index !== this.handedTo + 1) {
      violated(`batch ${sequence} begins at ${batch.entries[0]!.index} after ${this.handedTo}`);
    }
    if (hardStateChanged) this.hardStateSequence = sequence;
    this.hardStateChanged = false;
    this.snapshot = undefined;
    this.truncateFrom = undefined;
    this.handedTo = lastIndex;
    this.pending.push({ sequence, lastIndex });
    return batch;
  }

  /** All batches up to this one are durable. A report that comes twice, or after a later one, is harmless. */
  written(sequence: number): void {
    if (sequence > this.sequenceTaken)
      violated(`batch ${sequence} written, but the last is ${this.sequenceTaken}`);
    if (sequence <= this.sequenceDurable) return;
    this.sequenceDurable = sequence;
    let done = 0;
    while (done < this.pending.length && this.pending[done]!.sequence <= sequence) {
      this.durableNow = Math.max(this.durableNow, this.pending[done]!.lastIndex);
      done++;
    }
    this.pending.splice(0, done);
    if (this.durableNow > this.handedTo)
      violated(`durable to ${this.durableNow}, but handed out ${this.handedTo}`);
  }
}
