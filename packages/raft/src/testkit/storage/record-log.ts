import { assert, diskErrors, type HoldfastError } from '@holdfast/core';
import type { CallbackDisk, DiskDone } from '@holdfast/simulation';
import { encodeFrame } from './frame.ts';
import { logPath, superblockDraftPath, superblockPath } from './log-files.ts';
import { type FoundRecords, recoverRecords } from './recover-records.ts';
import { inOrder, rename, type Step, sync, syncNames, write } from './steps.ts';
import { encodeSuperblock, type Superblock } from './superblock.ts';

export interface RecordLogOptions {
  readonly disk: CallbackDisk;
  /**
   * The disk is full: nothing more is written until {@link RecordLog.resume} finds space, and what was asked for
   * waits.
   */
  readonly onFull?: (() => void) | undefined;
}

/** Bytes and batches that may wait to be written; more are refused with DISK_FULL. */
const waitingBytesMax = 64 * 2 ** 20;
const jobsMax = 100_000;
/** Batches that wait share a flush up to this size. */
const frameBytesMax = 2 ** 20;

/** What is to be done, one after the other, and who hears of it. */
interface Job {
  /** Undefined for what is no append. */
  readonly records: readonly Uint8Array[] | undefined;
  readonly bytes: number;
  readonly begin: (ended: DiskDone) => void;
  readonly done: DiskDone;
}

/**
 * A log of records in files, durable batch by batch, for one process. Callbacks only.
 *
 * **How it tells a torn end from a damaged one.** A frame that is broken at the end of the file was either torn by a
 * crash, before anybody was told that it is durable, or it was durable and has rotted or got lost. A checksum cannot
 * tell these apart, and it matters: to cut off the first is right, to cut off the second is to forget a vote or a
 * committed entry. So nobody is told of a frame before a second place, the superblock, says durably that the log is
 * durable up to the frame's end (as TigerBeetle writes headers after prepares; Alagappan et al., "Protocol-Aware
 * Recovery for Consensus-Based Storage", FAST 2018, discuss why one place is not enough). Then:
 *
 * - Up to the superblock's end every frame must be whole, or the log is damaged and must not be used.
 * - What follows it was never promised, however whole it looks, and is cut off.
 *
 * This costs a second flush. It also finds writes that went elsewhere, and a flush of the log that lied. It cannot
 * find a disk that forgets both files together, as if the last batches had never been: against that no member can
 * help itself, and Raft does not survive it in a single voter.
 *
 * **Replacing** the log writes another file beside it; the superblock that names it is the moment of change, and the
 * old file is removed afterwards. A frame is never overwritten in place once it was promised.
 *
 * **A full disk** changes nothing durable: the frame that did not fit lies behind the end. The log turns read-only,
 * says so, and writes the same frame again when it is told to. **A failed write or flush** ends it for good.
 */
export class RecordLog {
  readonly #disk: CallbackDisk;
  readonly #onFull: (() => void) | undefined;
  #superblock: Superblock | undefined;
  /** Records in the file. */
  #sequence = 0;
  readonly #jobs: Job[] = [];
  #waitingBytes = 0;
  #busy = false;
  #readOnly = false;
  #failure: HoldfastError | undefined;

  constructor({ disk, onFull }: RecordLogOptions) {
    this.#disk = disk;
    this.#onFull = onFull;
  }

  /** Whose log it is; undefined before it was recovered or created. */
  get identity(): string | undefined {
    return this.#superblock?.identity;
  }

  /** Whether it waits for space on the disk. */
  get readOnly(): boolean {
    return this.#readOnly;
  }

  /** DISK_FAILED, once it has failed for good. */
  get failure(): HoldfastError | undefined {
    return this.#failure;
  }

  /** Call it first. Where it finds nothing, {@link create} the log; where it finds damage, do not start. */
  recover(done: (found: FoundRecords) => void): void {
    recoverRecords(this.#disk, (found) => {
      if (found.found === 'records') {
        this.#superblock = found.superblock;
        this.#sequence = found.records.length;
      }
      done(found);
    });
  }

  /**
   * Makes the log of a new member. `identity` must never have been that of another disk: what a lost disk has
   * promised is forgotten.
   */
  create(identity: string, records: readonly Uint8Array[], done: DiskDone): void {
    assert(this.#superblock === undefined, 'a log is created where there is none');
    const frame = encodeFrame(records, { generation: 1, position: 0, sequence: 0 });
    const superblock = { identity, generation: 1, end: frame.length };
    const steps = [
      ...file(logPath(1), frame),
      ...file(superblockDraftPath, encodeSuperblock(superblock)),
      syncNames(),
      rename(superblockDraftPath, superblockPath),
      syncNames(),
    ];
    const become = (): void => this.#become(superblock, records.length);
    this.#enqueueSteps(frame.length, () => steps, done, become);
  }

  /** Adds `records`, all or none of them. Batches that wait for each other share one flush. */
  append(records: readonly Uint8Array[], done: DiskDone): void {
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    this.#enqueue({ records, bytes, begin: () => this.#append(), done });
  }

  /** Puts `records` in the place of all that the log holds. */
  replace(records: readonly Uint8Array[], done: DiskDone): void {
    let old: Superblock | undefined;
    let superblock: Superblock;
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    const steps = (): Step[] => {
      old = this.#superblock!;
      const generation = old.generation + 1;
      const frame = encodeFrame(records, { generation, position: 0, sequence: 0 });
      superblock = { identity: old.identity, generation, end: frame.length };
      return [...file(logPath(generation), frame), syncNames(), ...confirmation(superblock)];
    };
    this.#enqueueSteps(bytes, steps, done, () => {
      this.#become(superblock, records.length);
      this.removeFile(logPath(old!.generation));
    });
  }

  /** Writes a part of another file, such as a snapshot; its name becomes durable too. */
  writeFile(path: string, position: number, bytes: Uint8Array, done: DiskDone): void {
    const steps = [write(path, position, bytes), sync(path), syncNames()];
    this.#enqueueSteps(bytes.length, () => steps, done);
  }

  /** Removes another file. What a crash keeps of it has to be removed again. */
  removeFile(path: string): void {
    if (this.#disk.sizeOf(path) !== undefined) this.#disk.remove(path, () => {});
  }

  /** There may be space on the disk now. */
  resume(): void {
    if (!this.#readOnly) return;
    this.#readOnly = false;
    this.#next();
  }

  #enqueueSteps(bytes: number, steps: () => readonly Step[], done: DiskDone, become = (): void => {}): void {
    const begin = (ended: DiskDone): void =>
      inOrder(this.#disk, steps(), (error) => {
        if (error === undefined) become();
        ended(error);
      });
    this.#enqueue({ records: undefined, bytes, begin, done });
  }

  #enqueue(job: Job): void {
    if (this.#failure !== undefined) {
      job.done(this.#failure);
    } else if (this.#waitingBytes + job.bytes > waitingBytesMax || this.#jobs.length >= jobsMax) {
      job.done(diskErrors.create('DISK_FULL', { message: 'too much waits to be written: propose less' }));
    } else {
      this.#waitingBytes += job.bytes;
      this.#jobs.push(job);
      if (!this.#busy && !this.#readOnly) this.#next();
    }
  }

  #next(): void {
    const job = this.#jobs[0];
    this.#busy = job !== undefined;
    if (job !== undefined) job.begin((error) => this.#ended(1, error));
  }

  /** Appends as many of the first jobs as may share a frame. */
  #append(): void {
    const records: Uint8Array[] = [];
    let count = 0;
    let bytes = 0;
    for (const job of this.#jobs) {
      if (job.records === undefined || (count > 0 && bytes + job.bytes > frameBytesMax)) break;
      for (const record of job.records) records.push(record);
      bytes += job.bytes;
      count++;
    }
    const { identity, generation, end } = this.#superblock!;
    const frame = encodeFrame(records, { generation, position: end, sequence: this.#sequence });
    const superblock = { identity, generation, end: end + frame.length };
    const path = logPath(generation);
    const steps = [write(path, end, frame), sync(path), ...confirmation(superblock)];
    inOrder(this.#disk, steps, (error) => {
      if (error === undefined) this.#become(superblock, this.#sequence + records.length);
      this.#ended(count, error);
    });
  }

  #become(superblock: Superblock, sequence: number): void {
    this.#superblock = superblock;
    this.#sequence = sequence;
  }

  /** The first `count` jobs are done, wait for space, or have failed. */
  #ended(count: number, error: HoldfastError | undefined): void {
    if (error?.code === 'DISK_FULL') {
      this.#busy = false;
      this.#readOnly = true;
      this.#onFull?.();
    } else if (error !== undefined) {
      this.#fail(error);
    } else {
      const jobs = this.#jobs.splice(0, count);
      for (const { bytes } of jobs) this.#waitingBytes -= bytes;
      for (const { done } of jobs) done(undefined);
      this.#next();
    }
  }

  /** Nothing is written any more: nobody can tell what the disk holds. */
  #fail(error: HoldfastError): void {
    this.#failure = error;
    for (const { done } of this.#jobs.splice(0)) done(error);
  }
}

/** The steps that write a file whole, but for the durability of its name. */
function file(path: string, bytes: Uint8Array): Step[] {
  return [write(path, 0, bytes), sync(path)];
}

/** The steps that say durably how far the log is durable. */
function confirmation(superblock: Superblock): Step[] {
  return [write(superblockPath, 0, encodeSuperblock(superblock)), sync(superblockPath)];
}
