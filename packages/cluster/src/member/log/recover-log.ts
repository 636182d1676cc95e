import type { HardState, SnapshotMetadata } from '@holdfast/raft';
import type { Journal } from '@holdfast/storage';
import { clusterErrors } from '../../errors.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { EntryBlocks, type LogEntry } from '../wire/entry-block.ts';
import { EntryPositions } from './entry-positions.ts';
import type { MemberIdentity } from './identity.ts';
import { decodeRecord, type JournalEntry } from './journal-record.ts';

/** What the journal of a member says. */
export interface RecoveredLog {
  readonly identity: MemberIdentity;
  readonly hardState: HardState;
  /** The snapshot that stands for the entries that are gone. */
  readonly snapshot: SnapshotMetadata | undefined;
  readonly entries: readonly LogEntry[];
  readonly positions: EntryPositions;
  /** Whether the member was removed from its cluster. */
  readonly removed: boolean;
}

/**
 * Reads a member's journal from its oldest record on; undefined when it is empty. What a checkpoint stands for may still
 * be there before it, in part.
 *
 * @throws HoldfastError LOG_DAMAGED when records contradict each other, and what the journal throws.
 */
export async function recoverLog(journal: Journal): Promise<RecoveredLog | undefined> {
  const recovery = new LogRecovery();
  const blocks = new EntryBlocks();
  for await (const { position, bytes } of journal.read(journal.firstPosition)) {
    recovery.take(decode(bytes.slice(), position, blocks), position);
  }
  return recovery.result();
}

class LogRecovery {
  #identity: MemberIdentity | undefined;
  #hardState: HardState = { term: 0, vote: undefined, commit: 0 };
  #snapshot: SnapshotMetadata | undefined;
  #entries: LogEntry[] = [];
  #removed = false;
  #empty = true;
  readonly #positions = new EntryPositions();

  take(record: JournalEntry, position: number): void {
    this.#empty = false;
    switch (record.kind) {
      case 'identity':
        this.#identity = record.identity;
        return;
      case 'removed':
        this.#removed = true;
        return;
      case 'checkpoint':
        this.#identity = record.identity;
        this.#snapshot = record.snapshot;
        this.#hardState = later(this.#hardState, record.hardState);
        this.#dropBefore(record.firstIndex);
        return;
      case 'batch': {
        const { snapshot, truncateFrom, entries, hardState } = record;
        if (snapshot !== undefined) {
          this.#snapshot = snapshot;
          this.#entries = [];
          this.#positions.clear();
        }
        if (truncateFrom !== undefined) this.#truncateFrom(truncateFrom);
        if (entries.length > 0) this.#append(entries, position);
        if (hardState !== undefined) this.#hardState = hardState;
      }
    }
  }

  result(): RecoveredLog | undefined {
    if (this.#empty) return undefined;
    if (this.#identity === undefined) throw damaged('no record says whose journal it is');
    const first = this.#entries[0];
    const base = this.#snapshot?.index ?? 0;
    if (first !== undefined && first.index > base + 1) {
      throw damaged(`entries begin at ${first.index}, after a snapshot of ${base}`);
    }
    // Entries that end before their snapshot does are in it.
    const last = this.#entries[this.#entries.length - 1];
    const entries = last !== undefined && last.index >= base ? this.#entries : [];
    return {
      identity: this.#identity,
      hardState: { ...this.#hardState, commit: Math.max(this.#hardState.commit, base) },
      snapshot: this.#snapshot,
      entries,
      positions: this.#positions,
      removed: this.#removed,
    };
  }

  #append(entries: readonly LogEntry[], position: number): void {
    const first = entries[0]!.index;
    const last = this.#entries[this.#entries.length - 1];
    const expected = last === undefined ? undefined : last.index + 1;
    if (expected !== undefined && first !== expected) {
      throw damaged(`entry ${first} follows ${last!.index} at record ${position}`);
    }
    for (const entry of entries) this.#entries.push(entry);
    this.#positions.add(first, position);
  }

  #truncateFrom(index: number): void {
    const first = this.#entries[0]?.index ?? index;
    this.#entries.length = Math.min(this.#entries.length, Math.max(0, index - first));
    this.#positions.truncateFrom(index);
  }

  #dropBefore(index: number): void {
    const first = this.#entries[0]?.index ?? index;
    if (index > first) this.#entries.splice(0, index - first);
    this.#positions.forgetBefore(index);
  }
}

/** A checkpoint may be written before a hard state that was on its way, and be read after it. */
function later(one: HardState, other: HardState): HardState {
  const commit = Math.max(one.commit, other.commit);
  if (one.term !== other.term) return { ...(one.term > other.term ? one : other), commit };
  return { term: one.term, vote: one.vote ?? other.vote, commit };
}

function decode(bytes: Uint8Array, position: number, blocks: EntryBlocks): JournalEntry {
  try {
    return decodeRecord(new ByteReader(bytes), blocks);
  } catch (cause) {
    throw damaged(`record ${position} cannot be read`, cause);
  }
}

function damaged(what: string, cause?: unknown): Error {
  return clusterErrors.create('LOG_DAMAGED', {
    message: `the member's log is damaged: ${what}; let the member join anew with an empty folder`,
    cause,
  });
}
