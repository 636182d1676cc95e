import { assert, isHoldfastError, Timer, type World } from '@holdfast/core';
import type { WriteBatch } from '@holdfast/raft';
import type { Journal } from '@holdfast/storage';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { EntryBlocks, LogEntry } from '../wire/entry-block.ts';
import type { EntryPositions } from './entry-positions.ts';
import { type Checkpoint, encodeBatch, encodeCheckpoint, encodeRemoved } from './journal-record.ts';

/** How often a journal that has no room is tried again, in microseconds. */
const retryEvery = 250_000;
/** And one that had too much to do. */
const busyRetryAfter = 1_000;
/** What an entry may take in a record beside its command. */
const entryOverhead = 32;

/** What becomes of writes. */
export interface RaftLogListener {
  /** The batch with this sequence, and all before it, are durable. */
  written(sequence: number): void;
  /** Whether there is no room on the disk has changed. */
  readOnlyChanged(): void;
  /** The journal is at its end. */
  failed(error: unknown): void;
}

interface Pending {
  readonly record: Uint8Array;
  readonly position: number;
  /** Of a batch; 0 for other records. */
  readonly sequence: number;
  /** Called when it is durable. */
  readonly durable: (() => void) | undefined;
}

/**
 * Writes what Raft has to remember into the journal: a record for each batch, appended while earlier ones are still being
 * flushed.
 *
 * When the disk is full, the journal has taken nothing of a batch, nor of those after it. They stay here in their order
 * and are offered again: to Raft that is a slow write, and everything that depends on it waits with it. How much can
 * wait is bounded by what Raft lets be under way.
 */
export class RaftLog extends Timer {
  readonly #journal: Journal;
  readonly #world: World;
  readonly #blocks: EntryBlocks;
  readonly #positions: EntryPositions;
  /** Bytes of entries in one record, beyond which a batch is written as several. */
  readonly #recordBytesMax: number;
  readonly #listener: RaftLogListener;
  readonly #writer = new ByteWriter();
  /** What is not durable yet, in order. */
  readonly #pending: Pending[] = [];
  #nextPosition: number;
  /** Appends that the journal has not answered. */
  #underWay = 0;
  /** Something was refused: nothing is appended until all that is under way is answered, and then all of it anew. */
  #stalled = false;
  #readOnly = false;
  #closed = false;
  #bytes = 0;

  constructor(
    world: World,
    journal: Journal,
    blocks: EntryBlocks,
    positions: EntryPositions,
    recordBytesMax: number,
    listener: RaftLogListener,
  ) {
    super();
    this.#world = world;
    this.#journal = journal;
    this.#blocks = blocks;
    this.#positions = positions;
    this.#recordBytesMax = recordBytesMax;
    this.#listener = listener;
    this.#nextPosition = journal.nextPosition;
  }

  /** Whether the disk is full. */
  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** Bytes of batches written in this life. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes a batch; the listener hears when it is durable. */
  write(batch: WriteBatch<Uint8Array>): void {
    const { snapshot, truncateFrom } = batch;
    if (snapshot !== undefined) this.#positions.clear();
    if (truncateFrom !== undefined) this.#positions.truncateFrom(truncateFrom);
    let rest = batch;
    for (;;) {
      const end = recordEnd(rest.entries, this.#recordBytesMax);
      if (end === rest.entries.length) break;
      this.#writeRecord({ ...rest, ...firstPart(rest, end) }, 0);
      rest = { ...rest, snapshot: undefined, truncateFrom: undefined, entries: rest.entries.slice(end) };
    }
    this.#writeRecord(rest, batch.sequence);
  }

  /** Says that the member was removed; resolves once that is durable. */
  async writeRemoved(): Promise<void> {
    await this.#appendAlone(encodeRemoved(this.#writer));
  }

  /** Resolves with the record's position once the snapshot durably stands for what is before `firstIndex`. */
  writeCheckpoint(checkpoint: Checkpoint): Promise<number> {
    return this.#appendAlone(encodeCheckpoint(this.#writer, checkpoint));
  }

  /**
   * Lets go of records that the checkpoint at `position`, with this `firstIndex`, stands for. A disk without room even to
   * note that keeps them until the next checkpoint.
   */
  async compact(firstIndex: number, position: number): Promise<void> {
    const from = this.#positions.positionOf(firstIndex) ?? position;
    this.#positions.forgetBefore(firstIndex);
    try {
      await this.#journal.compact(Math.min(from, position));
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'JOURNAL_FULL') throw error;
    }
  }

  /** Takes nothing more. */
  close(): void {
    this.#closed = true;
    this.#world.timers.disarm(this);
  }

  override fire(): void {
    if (this.#journal.condition === 'read-only') {
      this.#world.timers.arm(this, this.#world.clock.now() + retryEvery);
      return;
    }
    this.#stalled = false;
    for (const pending of this.#pending) this.#send(pending);
  }

  #writeRecord(batch: WriteBatch<Uint8Array>, sequence: number): void {
    const record = encodeBatch(this.#writer, this.#blocks, batch);
    this.#bytes += record.length;
    const [first] = batch.entries;
    if (first !== undefined) this.#positions.add(first.index, this.#nextPosition);
    this.#append(record, sequence, undefined);
  }

  #appendAlone(record: Uint8Array): Promise<number> {
    const position = this.#nextPosition;
    return new Promise((resolve) => this.#append(record, 0, () => resolve(position)));
  }

  #append(record: Uint8Array, sequence: number, durable: (() => void) | undefined): void {
    if (this.#closed) return;
    const pending = { record, position: this.#nextPosition++, sequence, durable };
    this.#pending.push(pending);
    if (!this.#stalled) this.#send(pending);
  }

  #send(pending: Pending): void {
    this.#underWay++;
    this.#journal.append([pending.record], pending.position).then(
      () => this.#appended(pending),
      (error) => this.#refused(pending, error),
    );
  }

  #appended(pending: Pending): void {
    this.#underWay--;
    if (this.#closed) return;
    assert(this.#pending.shift() === pending, 'records become durable in their order');
    this.#setReadOnly(false);
    pending.durable?.();
    if (pending.sequence > 0) this.#listener.written(pending.sequence);
    this.#retryWhenAnswered();
  }

  #refused(pending: Pending, error: unknown): void {
    this.#underWay--;
    if (this.#closed) return;
    const code = isHoldfastError(error) ? error.code : undefined;
    // The first one cannot come too early: somebody else writes to this journal.
    const misplaced = code === 'JOURNAL_MOVED' && this.#pending[0] === pending;
    if (code === undefined || !refusals.has(code) || misplaced) {
      this.close();
      this.#listener.failed(error);
      return;
    }
    this.#stalled = true;
    if (code === 'JOURNAL_FULL') this.#setReadOnly(true);
    this.#retryWhenAnswered();
  }

  #retryWhenAnswered(): void {
    if (!this.#stalled || this.#underWay > 0 || this.armed) return;
    this.#world.timers.arm(this, this.#world.clock.now() + (this.#readOnly ? retryEvery : busyRetryAfter));
  }

  #setReadOnly(readOnly: boolean): void {
    if (readOnly === this.#readOnly) return;
    this.#readOnly = readOnly;
    this.#listener.readOnlyChanged();
  }
}

/** Where a record that begins with the first of these entries ends: after one of them at least. */
function recordEnd(entries: readonly LogEntry[], bytesMax: number): number {
  let bytes = 0;
  let end = 0;
  while (end < entries.length) {
    bytes += entries[end]!.bytes + entryOverhead;
    if (bytes > bytesMax && end > 0) break;
    end++;
  }
  return end;
}

/** What of a batch goes into its first record. It may be all that is left of it: nothing behind it is committed there. */
function firstPart(
  { entries, hardState }: WriteBatch<Uint8Array>,
  end: number,
): Pick<WriteBatch<Uint8Array>, 'entries' | 'hardState'> {
  const commitMax = entries[0]!.index - 1;
  return {
    entries: entries.slice(0, end),
    hardState: hardState && { ...hardState, commit: Math.min(hardState.commit, commitMax) },
  };
}

/** Nothing was taken: the disk is full, the journal is busy, or something before it was refused. */
const refusals: ReadonlySet<string> = new Set(['JOURNAL_FULL', 'JOURNAL_BUSY', 'JOURNAL_MOVED']);
