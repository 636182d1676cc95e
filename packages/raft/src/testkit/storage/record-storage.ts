import { diskErrors, type HoldfastError, Timer } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';
import type { SnapshotMetadata, StagedSnapshot, StoredState } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { MemberId } from '../../membership/member-id.ts';
import type { MemberStorage, Recovered, StorageDone } from '../member/member-storage.ts';
import { isDataOf } from '../member/snapshot-id.ts';
import { snapshotPath } from '../member/storage-paths.ts';
import { StoredLog } from '../member/stored-log.ts';
import { RecordLog } from './record-log.ts';
import { recoverSnapshots } from './recover-snapshots.ts';

/** How often a member looks whether its full disk has space again, in microseconds. */
const spaceInterval = 100_000;

/**
 * A member's log and snapshots on its disk: a `StoredLog` in a `RecordLog`, and a file for each snapshot, whose id says
 * what is in it. While the disk is full nothing is written, and what was asked for waits: such a member promises
 * nothing new.
 */
export class RecordStorage extends Timer implements MemberStorage {
  readonly #context: HostContext;
  readonly #records: RecordLog;
  #log = new StoredLog();

  constructor(context: HostContext) {
    super();
    this.#context = context;
    this.#records = new RecordLog({ disk: context.callbackDisk, onFull: () => this.#waitForSpace() });
  }

  /** Whether the disk is full: a member does better not to propose now. */
  get readOnly(): boolean {
    return this.#records.readOnly;
  }

  /** @throws HoldfastError DISK_FAILED when the disk cannot be read or written just now: start again. */
  recover(done: (recovered: Recovered) => void): void {
    this.#records.recover((found) => {
      if (found.found === 'failure') throw found.error;
      if (found.found === 'nothing') done(found);
      else if (found.found === 'damage') done({ found: 'damage', text: found.error.message });
      else this.#recoverState(found.superblock.identity, found.records, done);
    });
  }

  create(id: MemberId, stored: StoredState<string>, done: StorageDone): void {
    this.#log = StoredLog.begin(id, stored);
    this.#records.create(id, encode(this.#log.firstRecords()), done);
  }

  write(batch: WriteBatch<string>, done: StorageDone): void {
    if (batch.snapshot === undefined) {
      const lines: string[] = [];
      this.#log.write(batch, lines);
      this.#records.append(encode(lines), done);
    } else {
      const old = this.#log.snapshot;
      this.#log.install(batch);
      this.#replace(old, done);
    }
  }

  stage({ snapshot, offset }: StagedSnapshot, data: Uint8Array, done: StorageDone): void {
    this.#records.writeFile(snapshotPath(snapshot.id), offset, data, unlessWell(done));
    const lines: string[] = [];
    this.#log.stage({ snapshot, offset: offset + data.length }, lines);
    this.#records.append(encode(lines), done);
  }

  compact(snapshot: SnapshotMetadata, data: Uint8Array, keptFrom: number, done: StorageDone): void {
    const old = this.#log.snapshot;
    this.#records.writeFile(snapshotPath(snapshot.id), 0, data, unlessWell(done));
    this.#log.compact(snapshot, keptFrom);
    this.#replace(old, done);
  }

  /** @throws HoldfastError DISK_FAILED when it is damaged: others must not get it, and this member cannot go on. */
  readSnapshot(
    id: string,
    offset: number,
    length: number,
    done: (data: Uint8Array | undefined) => void,
  ): void {
    const { snapshot } = this.#log;
    if (snapshot?.id !== id) {
      done(undefined);
      return;
    }
    // Who begins to send it makes sure that it is what was written.
    const wanted = offset === 0 ? snapshot.bytes : length;
    this.#context.callbackDisk.read(snapshotPath(id), offset, wanted, (error, bytes) => {
      if (error === undefined && offset === 0 && !isDataOf(id, bytes)) throw damaged(id);
      done(error === undefined ? bytes.subarray(0, length) : undefined);
    });
  }

  override fire(): void {
    this.#records.resume();
  }

  #recoverState(
    identity: string,
    records: readonly Uint8Array[],
    done: (recovered: Recovered) => void,
  ): void {
    const log = StoredLog.read(decode(records));
    if (log.id !== identity) {
      done({ found: 'damage', text: `the disk of ${identity} has the log of ${log.id}` });
      return;
    }
    recoverSnapshots(this.#context.callbackDisk, log, (recovered) => {
      this.#log = log;
      done(recovered);
    });
  }

  /** Begins the log anew with what it holds now; removes the old snapshot when that is durable. */
  #replace(old: SnapshotMetadata | undefined, done: StorageDone): void {
    const current = this.#log.snapshot;
    this.#records.replace(encode(this.#log.firstRecords()), (error) => {
      if (error === undefined && old !== undefined && old.id !== current?.id) {
        this.#records.removeFile(snapshotPath(old.id));
      }
      done(error);
    });
  }

  #waitForSpace(): void {
    const { clock, timers, note } = this.#context;
    note('the log is read-only: the disk is full');
    timers.arm(this, clock.now() + spaceInterval);
  }
}

const decoder: TextDecoder = new TextDecoder();

/** What is durable together is one record, with a line for each part. */
function encode(lines: readonly string[]): readonly Uint8Array[] {
  // Several times faster than a TextEncoder.
  return [Buffer.from(lines.join('\n'))];
}

function decode(records: readonly Uint8Array[]): string[] {
  return records.flatMap((record) => decoder.decode(record).split('\n'));
}

function damaged(id: string): HoldfastError {
  return diskErrors.create('DISK_FAILED', { message: `${snapshotPath(id)} is not what was written` });
}

/** Hears of a failure; of success another operation tells, which ends later. */
function unlessWell(done: StorageDone): StorageDone {
  return (error: HoldfastError | undefined) => {
    if (error !== undefined) done(error);
  };
}
