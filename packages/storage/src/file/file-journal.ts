import {
  type Clock,
  type Disk,
  type HoldfastError,
  invalidArgument,
  isHoldfastError,
  Timer,
  type World,
} from '@holdfast/core';
import type { Journal, JournalCondition, JournalFigures, JournalRecord } from '../journal.ts';
import {
  asStorageError,
  isDiskFull,
  journalBusy,
  journalClosed,
  journalFull,
  journalMoved,
} from '../journal-errors.ts';
import type { JournalReport } from '../journal-report.ts';
import type { SnapshotStore } from '../snapshot-store.ts';
import { AppendQueue } from './append-queue.ts';
import { Batch } from './batch.ts';
import { segmentName } from './file-names.ts';
import type { FileSnapshots } from './file-snapshots.ts';
import { frameBytes, recordHeaderBytes } from './frame.ts';
import { inspectFiles } from './inspect-files.ts';
import { readRecords } from './read-records.ts';
import type { RecoveredLog } from './recovery.ts';
import type { Segment } from './segment.ts';
import { SegmentChain } from './segment-chain.ts';
import { type SegmentSupply, writeZeros } from './segment-supply.ts';
import type { SuperblockFile } from './superblock.ts';

export interface FileJournalParts {
  readonly disk: Disk;
  readonly directory: string;
  readonly world: World;
  readonly epoch: number;
  /** Whether there is no later epoch to look for. */
  readonly exclusive: boolean;
  readonly superblock: SuperblockFile;
  readonly supply: SegmentSupply;
  readonly snapshots: FileSnapshots;
  readonly log: RecoveredLog;
  readonly appendBytesMax: number;
  readonly pendingBytesMax: number;
  /** Microseconds between two looks whether a full disk has room again. */
  readonly fullInterval: number;
}

/** Turns of the microtask queue for which a flush waits, so that those whom the last one woke come along. */
const gatheringTurns = 4;

/**
 * A journal in the files of one directory. One flush is under way at a time: a frame is written durably behind
 * the others, and what comes meanwhile gathers for the next one.
 */
export class FileJournal implements Journal {
  readonly epoch: number;
  readonly snapshots: SnapshotStore;
  nextPosition: number;
  durablePosition: number;
  condition: JournalCondition = 'open';
  readonly #parts: FileJournalParts;
  readonly #clock: Clock;
  readonly #queue: AppendQueue = new AppendQueue();
  readonly #batch: Batch = new Batch();
  readonly #segments: SegmentChain;
  /** What a write has left behind the durable end when the disk was full: the byte after it. */
  #remains: number | undefined;
  /** Why it has failed. */
  #failure: HoldfastError | undefined;
  #flushing: Promise<void> | undefined;
  /** Whatever changes names: one at a time. */
  #chores: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  readonly #room: RoomTimer;
  readonly #counts = { appendedRecords: 0, appendedBytes: 0, flushes: 0, flushMicros: 0, flushMicrosMax: 0 };

  constructor(parts: FileJournalParts) {
    const { epoch, log, snapshots, supply, world } = parts;
    this.#parts = parts;
    this.#clock = world.clock;
    this.epoch = epoch;
    this.snapshots = snapshots;
    this.#segments = new SegmentChain(supply, log.segments);
    this.nextPosition = log.nextPosition;
    this.durablePosition = log.nextPosition;
    this.#room = new RoomTimer(() => this.#inBackground(() => this.#lookForRoom()));
    this.#prepareNext();
  }

  get firstPosition(): number {
    return this.#segments.all[0]!.firstPosition ?? this.durablePosition;
  }

  get figures(): JournalFigures {
    const { count, bytes } = this.#segments.files;
    return {
      ...this.#counts,
      segments: count,
      diskBytes: bytes,
      pendingBytes: this.#queue.bodyBytes,
    };
  }

  append(records: readonly Uint8Array[], expectedPosition?: number): Promise<number> {
    const refusal = this.#refusal(expectedPosition);
    if (refusal !== undefined) return Promise.reject(refusal);
    let bodyBytes = 0;
    for (const record of records) bodyBytes += recordHeaderBytes + record.length;
    const { appendBytesMax, pendingBytesMax } = this.#parts;
    if (bodyBytes > appendBytesMax) {
      const most = `${appendBytesMax} at most, with ${recordHeaderBytes} for each record`;
      return Promise.reject(invalidArgument('bytes of records', bodyBytes, most));
    }
    const queue = this.#queue;
    if (queue.bodyBytes + bodyBytes > pendingBytesMax || queue.length >= pendingAppendsMax) {
      return Promise.reject(journalBusy(queue.bodyBytes, pendingBytesMax));
    }
    this.nextPosition += records.length;
    return new Promise((resolve, reject) => {
      queue.add({ records, bodyBytes, resolve, reject });
      this.#flushing ??= this.#flushAll();
    });
  }

  read(position: number): AsyncIterable<JournalRecord> {
    if (!(Number.isSafeInteger(position) && position >= 0)) {
      throw invalidArgument('position', position, 'a whole number from 0');
    }
    const journal = this;
    const { disk, directory } = this.#parts;
    return readRecords(
      {
        disk,
        directory,
        get firstPosition() {
          return journal.firstPosition;
        },
        get durablePosition() {
          return journal.durablePosition;
        },
        checkOpen: () => this.#checkOpen(),
        segmentOf: (wanted) => this.#segments.segmentOf(wanted, this.firstPosition),
      },
      position,
    );
  }

  async compact(position: number): Promise<void> {
    this.#checkOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (!(Number.isSafeInteger(position) && position >= 0 && position <= this.durablePosition)) {
      throw invalidArgument('position', position, `a durable one, ${this.durablePosition} at most`);
    }
    await this.#chore(() => this.#compact(position));
  }

  /** What its files hold, while it goes on. */
  async inspect(snapshotData?: boolean): Promise<JournalReport> {
    for (let attempt = 1; ; attempt++) {
      this.#checkOpen();
      try {
        return await this.#inspect(snapshotData);
      } catch (error) {
        // What was to be read next has been compacted.
        const again = isHoldfastError(error) && error.code === 'FILE_NOT_FOUND' && attempt < inspectionsMax;
        if (!again) throw asStorageError('an inspection', error);
      }
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #refusal(expectedPosition: number | undefined): HoldfastError | undefined {
    if (this.condition === 'closed' || this.#closing !== undefined) return journalClosed();
    if (this.#failure !== undefined) return this.#failure;
    if (this.condition === 'read-only') return journalFull(undefined);
    if (expectedPosition !== undefined && expectedPosition !== this.nextPosition) {
      return journalMoved(expectedPosition, this.nextPosition);
    }
    return undefined;
  }

  #checkOpen(): void {
    if (this.condition === 'closed') throw journalClosed();
  }

  /** As a read does, it keeps the files of its segments from being used again. */
  async #inspect(snapshotData?: boolean): Promise<JournalReport> {
    const { disk, directory } = this.#parts;
    const { header, end } = this.#segments.last;
    const segments = [...this.#segments.all];
    for (const segment of segments) segment.readers++;
    try {
      return await inspectFiles({ disk, directory, snapshotData, end: { ordinal: header.ordinal, end } });
    } finally {
      for (const segment of segments) segment.readers--;
    }
  }

  async #flushAll(): Promise<void> {
    try {
      // Where the last look is not a moment old, it is not written over what a later owner may have written since.
      await this.#checkFence();
      for (;;) {
        for (let turn = 0; turn < gatheringTurns; turn++) await undefined;
        if (this.#queue.length === 0) return;
        await this.#flush();
      }
    } catch (error) {
      const failure = asStorageError('a write or flush', error);
      if (failure.code === 'JOURNAL_FULL') this.#becomeFull(failure);
      else this.#fail(failure);
    } finally {
      this.#flushing = undefined;
    }
  }

  /** Makes the first appends of the queue durable, together. */
  async #flush(): Promise<void> {
    const queue = this.#queue;
    const first = this.durablePosition;
    const segment = await this.#segmentWithRoomFor(frameBytes(queue.at(0).bodyBytes));
    const { end, header } = segment;
    const place = { offset: end, position: first, salt: header.salt, epoch: this.epoch };
    const frame = this.#batch.gather(queue, segment.room, place);
    const { appends, records } = this.#batch;
    if (records > 0) {
      await this.#write(segment, frame);
      if (this.#failure !== undefined) throw this.#failure;
      segment.add(first, frame.length);
    }
    this.durablePosition = first + records;
    this.#counts.appendedRecords += records;
    queue.settle(appends, first);
  }

  async #write(segment: Segment, frame: Uint8Array): Promise<void> {
    const { exclusive, superblock } = this.#parts;
    const file = segment.file!;
    const begun = this.#clock.now();
    this.#remains = segment.end + frame.length;
    await file.write(segment.end, frame);
    // A later owner has begun its epoch before it read this segment. So whoever finds no later epoch now, after it wrote,
    // knows that this frame is seen.
    if (!exclusive) await superblock.checkFence();
    this.#remains = undefined;
    const micros = this.#clock.now() - begun;
    const counts = this.#counts;
    counts.flushes++;
    counts.flushMicros += micros;
    counts.flushMicrosMax = Math.max(counts.flushMicrosMax, micros);
    counts.appendedBytes += frame.length;
  }

  /** The last segment, or the next one if a frame of that length does not fit any more. */
  async #segmentWithRoomFor(length: number): Promise<Segment> {
    const segments = this.#segments;
    if (length <= segments.last.room) return segments.last;
    if (!segments.hasNext) await this.#chore(() => segments.makeNext());
    const next = await segments.advance();
    this.#prepareNext();
    return next;
  }

  #prepareNext(): void {
    this.#inBackground(async () => {
      if (this.#closing === undefined) await this.#segments.makeNext();
    });
  }

  async #compact(position: number): Promise<void> {
    const { disk, directory, superblock, supply } = this.#parts;
    const first = this.#segments.firstNeeded(position);
    if (first === this.#segments.all[0]) return;
    await this.#checkFence();
    await superblock.keep(first.header.ordinal, first.firstPosition!);
    for (const { header, end, readers } of this.#segments.takeBefore(first)) {
      if (supply.hasSpare || readers > 0) await disk.remove(`${directory}/${segmentName(header.ordinal)}`);
      else await supply.recycle(header.ordinal, end);
    }
  }

  async #checkFence(): Promise<void> {
    const { exclusive, superblock } = this.#parts;
    if (!exclusive) await superblock.checkFence();
  }

  /** Does `work`, which changes segments, when what was asked for before is done. */
  async #chore(work: () => Promise<void>): Promise<void> {
    const done = this.#chores.then(async () => {
      if (this.#failure === undefined) await work();
    });
    this.#chores = done.catch(ignore);
    try {
      await done;
    } catch (error) {
      const failure = asStorageError('a change of segments', error);
      throw failure.code === 'JOURNAL_FULL' ? failure : this.#fail(failure);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The same where nobody waits for it. */
  #inBackground(work: () => Promise<void>): void {
    this.#chore(work).catch(ignore);
  }

  /** Refuses what waits, and looks again and again whether there is room. */
  #becomeFull(failure: HoldfastError): void {
    this.condition = 'read-only';
    this.#refuseAll(failure);
    this.#waitForRoom();
  }

  #waitForRoom(): void {
    this.#parts.world.timers.arm(this.#room, this.#clock.now() + this.#parts.fullInterval);
  }

  /** Clears away what the refused write has left, and goes on if there is a next segment too. */
  async #lookForRoom(): Promise<void> {
    if (this.condition !== 'read-only' || this.#closing !== undefined) return;
    try {
      const { last } = this.#segments;
      if (this.#remains !== undefined) {
        await writeZeros(last.file!, last.end, this.#remains);
        this.#remains = undefined;
      }
      await this.#segments.makeNext();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    if (this.#remains === undefined && this.#segments.hasNext) this.condition = 'open';
    else this.#waitForRoom();
  }

  /** The journal is at its end. */
  #fail(failure: HoldfastError): HoldfastError {
    this.#failure ??= failure;
    if (this.condition !== 'closed') this.condition = 'failed';
    this.#parts.world.timers.disarm(this.#room);
    this.#refuseAll(this.#failure);
    return this.#failure;
  }

  #refuseAll(error: HoldfastError): void {
    this.nextPosition = this.durablePosition;
    this.#queue.refuse(error);
  }

  async #close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#chores;
    const { snapshots, superblock, world } = this.#parts;
    world.timers.disarm(this.#room);
    this.condition = 'closed';
    await snapshots.close();
    await this.#segments.close();
    await superblock.close();
  }
}

/** Wakes a journal that waits for room on its disk. */
class RoomTimer extends Timer {
  readonly #wake: () => void;

  constructor(wake: () => void) {
    super();
    this.#wake = wake;
  }

  override fire(): void {
    this.#wake();
  }
}

function ignore(): void {}

/** So often is an inspection begun anew. */
const inspectionsMax = 10;
/** As many appends may wait, however small. */
const pendingAppendsMax = 1_000_000;
