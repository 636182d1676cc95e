import type { CallbackDisk } from '@holdfast/simulation';
import type { StagedSnapshot } from '../../log/stored-state.ts';
import type { Recovered } from '../member/member-storage.ts';
import { isDataOf } from '../member/snapshot-id.ts';
import { isSnapshot, snapshotPath } from '../member/storage-paths.ts';
import type { StoredLog } from '../member/stored-log.ts';

/**
 * Reads the snapshots that `log` speaks of, and removes the others, which a crash has left. A snapshot of its own has
 * to be there and whole; one that was still arriving may lack, or have arrived whole and be damaged since, and is asked
 * for anew.
 *
 * @throws HoldfastError DISK_FAILED when one cannot be read just now.
 */
export function recoverSnapshots(
  disk: CallbackDisk,
  log: StoredLog,
  done: (recovered: Recovered) => void,
): void {
  const { snapshot, staged } = log;
  const path = snapshot && snapshotPath(snapshot.id);
  readUpTo(disk, path, snapshot?.bytes, (snapshotData) => {
    const whole = snapshot === undefined || isWhole(log, snapshotData);
    if (!whole) {
      done({ found: 'damage', text: `${path} is ${snapshotData === undefined ? 'missing' : 'damaged'}` });
      return;
    }
    readUpTo(disk, staged && snapshotPath(staged.snapshot.id), staged?.offset, (stagedData) => {
      if (staged !== undefined && !isAsStaged(staged, stagedData)) log.staged = undefined;
      removeOthers(disk, log);
      const { id, stored } = log;
      done({ found: 'state', id, stored, snapshotData, stagedData: log.staged && stagedData });
    });
  });
}

/** What is damaged of a part is found when the last part has arrived. */
function isAsStaged({ snapshot, offset }: StagedSnapshot, data: Uint8Array | undefined): boolean {
  if (data?.length !== offset) return false;
  return offset < snapshot.bytes || isDataOf(snapshot.id, data);
}

/** A witness keeps the metadata of snapshots alone. */
function isWhole({ id, snapshot }: StoredLog, data: Uint8Array | undefined): boolean {
  if (data === undefined) return snapshot!.configuration.witnesses.includes(id);
  return isDataOf(snapshot!.id, data);
}

function readUpTo(
  disk: CallbackDisk,
  path: string | undefined,
  length: number | undefined,
  done: (data: Uint8Array | undefined) => void,
): void {
  if (path === undefined || disk.sizeOf(path) === undefined) {
    done(undefined);
    return;
  }
  disk.read(path, 0, length ?? 0, (error, bytes) => {
    if (error !== undefined) throw error;
    done(bytes);
  });
}

function removeOthers(disk: CallbackDisk, { snapshot, staged }: StoredLog): void {
  const kept = [snapshot, staged?.snapshot].map((each) => each && snapshotPath(each.id));
  for (const name of disk.list('')) {
    if (isSnapshot(name) && !kept.includes(name)) disk.remove(name, () => {});
  }
}
