import type { HoldfastError } from '@holdfast/core';
import type { CallbackDisk } from '@holdfast/simulation';
import { decodeFrame } from './frame.ts';
import { isLog, logPath, superblockDraftPath, superblockPath } from './log-files.ts';
import { inOrder, sync } from './steps.ts';
import { storageErrors } from './storage-errors.ts';
import { decodeSuperblock, type Superblock, superblockBytesMax } from './superblock.ts';

/** What a `RecordLog` finds on its disk. */
export type FoundRecords =
  /** Nothing that was ever promised to anybody: the disk is new, or it was lost. */
  | { readonly found: 'nothing' }
  /** What was durable is not there any more: LOG_DAMAGED. */
  | { readonly found: 'damage'; readonly error: HoldfastError }
  /** The disk could not be read or written just now, which says nothing of what it holds. */
  | { readonly found: 'failure'; readonly error: HoldfastError }
  | {
      readonly found: 'records';
      readonly superblock: Superblock;
      /** All records since the log was begun or replaced. */
      readonly records: readonly Uint8Array[];
    };

type Done = (found: FoundRecords) => void;

/** Reads a log back, and removes what a crash has left beside and behind it. */
export function recoverRecords(disk: CallbackDisk, done: Done): void {
  if (disk.sizeOf(superblockPath) === undefined) {
    recoverNothing(disk, done);
    return;
  }
  disk.read(superblockPath, 0, superblockBytesMax, (error, bytes) => {
    const superblock = decodeSuperblock(bytes);
    if (error !== undefined) done({ found: 'failure', error });
    else if (superblock === undefined) done(damaged('the superblock is not what was written'));
    else readLog(disk, superblock, done);
  });
}

/**
 * The superblock is the last thing that a new log gets, and the second frame comes after it. So where there is none,
 * one frame of the first log may be there, and no more.
 */
function recoverNothing(disk: CallbackDisk, done: Done): void {
  const [first, ...others] = disk.list('').filter(isLog);
  if (first === undefined) {
    removeAll(disk, [superblockDraftPath]);
    done({ found: 'nothing' });
    return;
  }
  disk.read(first, 0, disk.sizeOf(first)!, (error, bytes) => {
    const begun = first === logPath(1) && others.length === 0;
    const { end } = decodeFrame(bytes, { generation: 1, position: 0, sequence: 0 }) ?? { end: bytes.length };
    if (error !== undefined) {
      done({ found: 'failure', error });
    } else if (begun && end === bytes.length) {
      removeAll(disk, [first, superblockDraftPath]);
      done({ found: 'nothing' });
    } else {
      done(damaged('there is a log, and no superblock that says whose'));
    }
  });
}

function readLog(disk: CallbackDisk, superblock: Superblock, done: Done): void {
  const path = logPath(superblock.generation);
  const size = disk.sizeOf(path);
  if (size === undefined) {
    done(damaged(`${path} is gone`));
    return;
  }
  disk.read(path, 0, superblock.end, (error, bytes) => {
    if (error !== undefined) {
      done({ found: 'failure', error });
      return;
    }
    const records = decodeAll(bytes, superblock);
    if (typeof records === 'number') {
      done(damaged(`${path} was durable to byte ${superblock.end}, and is broken at byte ${records}`));
      return;
    }
    removeLeftovers(disk, path);
    cutOff(disk, path, size, superblock.end, (failure) => {
      if (failure === undefined) done({ found: 'records', superblock, records });
      else done({ found: 'failure', error: failure });
    });
  });
}

/** All records of the file, or where it is broken. */
function decodeAll(file: Uint8Array, { generation, end }: Superblock): Uint8Array[] | number {
  const records: Uint8Array[] = [];
  let position = 0;
  while (position < end) {
    const frame = decodeFrame(file, { generation, position, sequence: records.length });
    if (frame === undefined) return position;
    for (const record of frame.records) records.push(record);
    position = frame.end;
  }
  return position === end ? records : position;
}

/** Drops the frame that a crash tore, or that nobody was told of. */
function cutOff(
  disk: CallbackDisk,
  path: string,
  size: number,
  end: number,
  done: (error: HoldfastError | undefined) => void,
): void {
  if (size === end) done(undefined);
  else inOrder(disk, [(_, ended) => disk.truncate(path, end, ended), sync(path)], done);
}

function removeLeftovers(disk: CallbackDisk, valid: string): void {
  removeAll(
    disk,
    disk.list('').filter((name) => (isLog(name) && name !== valid) || name === superblockDraftPath),
  );
}

/** What cannot be removed now is removed at a later start. */
function removeAll(disk: CallbackDisk, paths: readonly string[]): void {
  for (const path of paths) if (disk.sizeOf(path) !== undefined) disk.remove(path, () => {});
}

function damaged(text: string): FoundRecords {
  const error = storageErrors.create('LOG_DAMAGED', {
    message: `${text}: do not start on it; let the member join anew with an empty disk`,
  });
  return { found: 'damage', error };
}
