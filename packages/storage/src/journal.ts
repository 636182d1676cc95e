import type { SnapshotStore } from './snapshot-store.ts';

/**
 * A durable sequence of records with one writer. Each record has a position: the first is 0, each next one more. What an
 * append has accepted is there after any crash, whole and in its place; what it has not may be there or not, but only as
 * a prefix, never with a hole and never altered. Expected failures are `storageErrors`.
 */
export interface Journal {
  /**
   * Which life of the journal this is: greater than that of every earlier opening. A writer of an earlier epoch that is
   * still about can append nothing more.
   */
  readonly epoch: number;
  /** The oldest record kept. Equal to {@link nextPosition} when there is none. */
  readonly firstPosition: number;
  /** The position that the next record appended will have, counting those that are not durable yet. */
  readonly nextPosition: number;
  /** All records before this one are durable. */
  readonly durablePosition: number;
  readonly condition: JournalCondition;
  /** The snapshots that lie beside the journal. */
  readonly snapshots: SnapshotStore;
  readonly figures: JournalFigures;

  /**
   * Appends records, all or none, and resolves with the position after them once they are durable. Calls may overlap:
   * they are taken in the order in which they were made, and those that wait together share one flush. The caller must
   * not change the bytes before it resolves.
   *
   * @throws HoldfastError JOURNAL_MOVED when `expectedPosition` is not {@link nextPosition}; JOURNAL_FULL when there is
   * no room on the disk (nothing of it, nor of later ones under way, is taken; see {@link JournalCondition});
   * JOURNAL_BUSY when more is under way than the journal's options allow; JOURNAL_FENCED when a later epoch writes;
   * JOURNAL_FAILED when a write or flush failed: the journal is at its end, what was under way is unknown until it is
   * opened anew; JOURNAL_CLOSED.
   */
  append(records: readonly Uint8Array[], expectedPosition?: number): Promise<number>;

  /**
   * The durable records from `position` on, until {@link durablePosition} as it is when they are reached.
   *
   * @throws HoldfastError JOURNAL_COMPACTED when `position` is before {@link firstPosition}; JOURNAL_DAMAGED;
   * JOURNAL_FAILED when the disk cannot be read, which says nothing of what it holds; JOURNAL_CLOSED.
   */
  read(position: number): AsyncIterable<JournalRecord>;

  /**
   * Lets go of records before `position`, in whole segments: some of them may stay. The caller has made durable what
   * stands for them, as a rule a snapshot.
   *
   * @throws HoldfastError JOURNAL_FULL when the disk has no room even to note that; JOURNAL_FENCED; JOURNAL_FAILED;
   * JOURNAL_CLOSED; INVALID_ARGUMENT when `position` is not durable.
   */
  compact(position: number): Promise<void>;

  /** Waits for what is under way, and lets go of everything. */
  close(): Promise<void>;
}

export interface JournalRecord {
  readonly position: number;
  /** Valid until the next record is asked for: copy what is to be kept. */
  readonly bytes: Uint8Array;
}

/**
 * `open`: takes appends. `read-only`: the disk is full; appends are refused until there is room again, which the journal
 * finds out by itself. `failed`: a write or flush failed, and nothing more is taken or trusted. `closed`.
 */
export type JournalCondition = 'open' | 'read-only' | 'failed' | 'closed';

/** Counts since it was opened, and sizes now. */
export interface JournalFigures {
  readonly appendedRecords: number;
  readonly appendedBytes: number;
  readonly flushes: number;
  /** Microseconds that the flushes took in all, and the slowest. */
  readonly flushMicros: number;
  readonly flushMicrosMax: number;
  readonly segments: number;
  readonly diskBytes: number;
  /** Bytes appended that are not durable yet. */
  readonly pendingBytes: number;
}
