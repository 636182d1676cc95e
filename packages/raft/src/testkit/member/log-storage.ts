import { assert, type HoldfastError } from '@holdfast/core';
import type { CallbackDisk } from '@holdfast/simulation';
import type { MemberId } from '../../member-id.ts';
import type { WriteBatch } from '../../output.ts';
import type { SnapshotMetadata, StagedSnapshot, StoredState } from '../../stored-state.ts';
import type { MemberStorage, Recovered, StorageDone } from './member-storage.ts';
import { frameRecords } from './record-file.ts';
import { recoverLog } from './recover-log.ts';
import { logPath, snapshotPath } from './storage-paths.ts';
import { StoredLog } from './stored-log.ts';

/** Something to be done, and who hears of its end. */
type Job =
  | { readonly kind: 'append'; readonly records: readonly string[]; readonly done: StorageDone }
  | { readonly kind: 'other'; readonly run: (done: StorageDone) => void; readonly done: StorageDone };

/**
 * A member's log and snapshots in files. One operation after the other; all records that wait are appended with one
 * flush. A log is never changed in its middle: when a snapshot replaces its beginning, a new one is written, and the
 * old one is removed once that is durable.
 */
export class LogStorage implements MemberStorage {
  readonly #disk: CallbackDisk;
  #log = new StoredLog();
  #generation = 0;
  #end = 0;
  readonly #jobs: Job[] = [];
  #busy = false;

  constructor(disk: CallbackDisk) {
    this.#disk = disk;
  }

  recover(done: (recovered: Recovered) => void): void {
    recoverLog(this.#disk, (found) => {
      if ('log' in found) {
        this.#log = found.log;
        this.#generation = found.generation;
        this.#end = found.end;
        const { id, stored } = found.log;
        const { snapshotData, stagedData } = found;
        done({ found: 'state', id, stored, snapshotData, stagedData });
      } else {
        done(found);
      }
    });
  }

  create(id: MemberId, stored: StoredState<string>, done: StorageDone): void {
    this.#log = StoredLog.begin(id, stored);
    this.#enqueue({ kind: 'other', run: (ended) => this.#rewrite(undefined, ended), done });
  }

  write(batch: WriteBatch<string>, done: StorageDone): void {
    if (batch.snapshot === undefined) {
      const records: string[] = [];
      this.#log.write(batch, records);
      this.#enqueue({ kind: 'append', records, done });
    } else {
      const old = this.#log.snapshot;
      this.#log.install(batch);
      const first = this.#log.firstRecords();
      this.#enqueue({ kind: 'other', run: (ended) => this.#rewrite(old, ended, first), done });
    }
  }

  stage(part: StagedSnapshot, data: Uint8Array, done: StorageDone): void {
    const { snapshot, offset } = part;
    const path = snapshotPath(snapshot.id);
    this.#enqueue({
      kind: 'other',
      run: (ended) => this.#store(path, offset, data, ended),
      done: (error) => {
        if (error !== undefined) done(error);
      },
    });
    const records: string[] = [];
    this.#log.stage({ snapshot, offset: offset + data.length }, records);
    this.#enqueue({ kind: 'append', records, done });
  }

  compact(snapshot: SnapshotMetadata, data: Uint8Array, keptFrom: number, done: StorageDone): void {
    const old = this.#log.snapshot;
    this.#enqueue({
      kind: 'other',
      run: (ended) => this.#store(snapshotPath(snapshot.id), 0, data, ended),
      done: (error) => {
        if (error !== undefined) done(error);
      },
    });
    this.#log.compact(snapshot, keptFrom);
    const first = this.#log.firstRecords();
    this.#enqueue({ kind: 'other', run: (ended) => this.#rewrite(old, ended, first), done });
  }

  readSnapshot(
    id: string,
    offset: number,
    length: number,
    done: (data: Uint8Array | undefined) => void,
  ): void {
    this.#disk.read(snapshotPath(id), offset, length, (error, bytes) => {
      done(error === undefined ? bytes : undefined);
    });
  }

  #enqueue(job: Job): void {
    this.#jobs.push(job);
    if (!this.#busy) this.#next();
  }

  #next(): void {
    const job = this.#jobs[0];
    this.#busy = job !== undefined;
    if (job === undefined) return;
    if (job.kind === 'append') {
      this.#append();
      return;
    }
    this.#jobs.shift();
    job.run((error) => this.#ended([job], error));
  }

  /** Appends the records of all jobs up to the next one of another kind. */
  #append(): void {
    const others = this.#jobs.findIndex(({ kind }) => kind !== 'append');
    const jobs = this.#jobs.splice(0, others === -1 ? this.#jobs.length : others);
    const bytes = frameRecords(
      jobs.flatMap((job) => (job.kind === 'append' ? job.records : [])),
      this.#end,
    );
    const path = logPath(this.#generation);
    let failure: HoldfastError | undefined;
    this.#disk.write(path, this.#end, bytes, (error) => {
      failure = error;
    });
    this.#end += bytes.length;
    this.#disk.sync(path, (error) => this.#ended(jobs, failure ?? error));
  }

  /** Once something failed nothing more is done: nobody can tell what the disk holds. */
  #ended(jobs: readonly Job[], error: HoldfastError | undefined): void {
    if (error === undefined) this.#next();
    for (const { done } of jobs) done(error);
  }

  #store(path: string, offset: number, data: Uint8Array, done: StorageDone): void {
    let failure: HoldfastError | undefined;
    const note = (error: HoldfastError | undefined): void => {
      failure ??= error;
    };
    if (offset === 0 && this.#disk.sizeOf(path) !== undefined) this.#disk.truncate(path, 0, note);
    this.#disk.write(path, offset, data, note);
    this.#disk.sync(path, (error) => {
      note(error);
      if (failure !== undefined) done(failure);
      else this.#disk.syncDirectory('', done);
    });
  }

  /** Writes the log anew, and then removes the old one and the old snapshot. */
  #rewrite(
    oldSnapshot: SnapshotMetadata | undefined,
    done: StorageDone,
    first: readonly string[] = this.#log.firstRecords(),
  ): void {
    const oldPath = logPath(this.#generation);
    const path = logPath(++this.#generation);
    const bytes = frameRecords(first, 0);
    this.#end = bytes.length;
    this.#store(path, 0, bytes, (error) => {
      if (error !== undefined) {
        done(error);
        return;
      }
      this.#removeIfThere(oldPath);
      if (oldSnapshot !== undefined && oldSnapshot.id !== this.#log.snapshot?.id) {
        this.#removeIfThere(snapshotPath(oldSnapshot.id));
      }
      done(undefined);
    });
  }

  #removeIfThere(path: string): void {
    if (this.#disk.sizeOf(path) === undefined) return;
    // What a crash keeps of it is removed at the next start.
    this.#disk.remove(path, (error) =>
      assert(error === undefined || error.code !== 'INVALID_ARGUMENT', path),
    );
  }
}
