import type { HoldfastError } from '@holdfast/core';
import type { CallbackDisk } from '@holdfast/simulation';
import { parseRecords } from './record-file.ts';
import { isDataOf } from './snapshot-id.ts';
import { generationOf, isSnapshot, logPath, snapshotPath } from './storage-paths.ts';
import { StoredLog } from './stored-log.ts';

export type FoundLog =
  | { readonly found: 'nothing' }
  | { readonly found: 'damage'; readonly text: string }
  | {
      readonly log: StoredLog;
      readonly generation: number;
      /** Where to append. */
      readonly end: number;
      readonly snapshotData: Uint8Array | undefined;
      readonly stagedData: Uint8Array | undefined;
    };

type Found = (found: FoundLog) => void;

/**
 * Reads back what `LogStorage` wrote: the newest log that was begun in full, without a torn end, and its snapshots.
 * Whatever else lies there is left from a crash, and removed.
 */
export function recoverLog(disk: CallbackDisk, done: Found): void {
  const generations = disk
    .list('')
    .map(generationOf)
    .filter((each) => each !== undefined);
  readNewest(disk, generations, done);
}

function readNewest(disk: CallbackDisk, generations: readonly number[], done: Found): void {
  const generation = generations.at(-1);
  if (generation === undefined) {
    done({ found: 'nothing' });
    return;
  }
  readWhole(disk, logPath(generation), (error, bytes) => {
    stopUnless(error);
    const { records, end, damaged } = parseRecords(bytes);
    if (damaged) {
      done({ found: 'damage', text: `${logPath(generation)} is damaged at byte ${end}` });
      return;
    }
    if (records.length > 0) readSnapshots(disk, StoredLog.read(records), generation, end, done);
    else readNewest(disk, generations.slice(0, -1), done);
  });
}

function readSnapshots(
  disk: CallbackDisk,
  log: StoredLog,
  generation: number,
  end: number,
  done: Found,
): void {
  const { snapshot, staged } = log;
  readPart(disk, snapshot?.id, snapshot?.bytes ?? 0, (snapshotData) => {
    const broken =
      snapshot !== undefined && snapshotData !== undefined && !isDataOf(snapshot.id, snapshotData);
    const missing = snapshot !== undefined && snapshotData === undefined && !isWitnessLog(log);
    if (broken || missing) {
      done({ found: 'damage', text: `${snapshotPath(snapshot.id)} is ${broken ? 'damaged' : 'missing'}` });
      return;
    }
    readPart(disk, staged?.snapshot.id, staged?.offset ?? 0, (stagedData) => {
      if (stagedData?.length !== staged?.offset) log.staged = undefined;
      removeLeftovers(disk, log, generation);
      const cut = disk.sizeOf(logPath(generation))!;
      const recovered = { log, generation, end, snapshotData, stagedData };
      if (cut === end) {
        done(recovered);
        return;
      }
      disk.truncate(logPath(generation), end, () => {});
      disk.sync(logPath(generation), (error) => {
        stopUnless(error);
        done(recovered);
      });
    });
  });
}

/** A witness keeps the metadata of snapshots alone. */
function isWitnessLog({ id, snapshot }: StoredLog): boolean {
  return snapshot!.configuration.witnesses.includes(id);
}

function removeLeftovers(disk: CallbackDisk, { snapshot, staged }: StoredLog, generation: number): void {
  const kept = [snapshot, staged?.snapshot].map((each) => each && snapshotPath(each.id));
  kept.push(logPath(generation));
  for (const name of disk.list('')) {
    if (kept.includes(name) || !(isSnapshot(name) || generationOf(name) !== undefined)) continue;
    disk.remove(name, () => {});
  }
}

function readPart(
  disk: CallbackDisk,
  id: string | undefined,
  length: number,
  done: (data: Uint8Array | undefined) => void,
): void {
  if (id === undefined || disk.sizeOf(snapshotPath(id)) === undefined) {
    done(undefined);
    return;
  }
  disk.read(snapshotPath(id), 0, length, (error, bytes) => {
    stopUnless(error);
    done(bytes);
  });
}

function readWhole(
  disk: CallbackDisk,
  path: string,
  done: (error: HoldfastError | undefined, bytes: Uint8Array) => void,
): void {
  disk.read(path, 0, disk.sizeOf(path) ?? 0, done);
}

/** What cannot be read now may be readable later: that is no damage, and not for this process. */
function stopUnless(error: HoldfastError | undefined): void {
  if (error !== undefined) throw error;
}
