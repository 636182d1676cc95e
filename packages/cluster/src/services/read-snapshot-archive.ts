import { createHash } from 'node:crypto';
import type { DiskFile } from '@holdfast/core';
import { clusterErrors } from '../errors.ts';
import type { StateRestore } from '../state/state-machine.ts';
import { archiveMagic, checksumBytes, lengthBytes } from './snapshot-archive.ts';

/** Bytes read at a time. */
const pieceBytes = 1 << 20;

/**
 * Reads a snapshot's file, as `archiveSnapshot` wrote it, into `restore`, which is left to be finished: only once the
 * checksum of all of it has been found right does this resolve.
 *
 * @throws HoldfastError SNAPSHOT_MALFORMED, and what the file throws.
 */
export async function readSnapshotArchive(
  file: Pick<DiskFile, 'read' | 'size'>,
  restore: StateRestore,
): Promise<void> {
  const size = await file.size();
  const hashed = size - checksumBytes;
  const begin = archiveMagic.length;
  if (hashed < begin + lengthBytes) throw malformed(`${size} bytes are too few`);
  const magic = await file.read(0, begin);
  if (Buffer.compare(magic, archiveMagic) !== 0) throw malformed('it is no snapshot of a Holdfast cluster');
  const length = await file.read(hashed - lengthBytes, lengthBytes);
  const end = begin + Number(new DataView(length.buffer, length.byteOffset).getBigUint64(0));
  if (end > hashed - lengthBytes) throw malformed('it does not hold what it says');
  const hash = createHash('sha256');
  for (let position = 0; position < hashed; ) {
    const bytes = await file.read(position, Math.min(pieceBytes, hashed - position));
    if (bytes.length === 0) throw malformed(`it ends at ${position}`);
    hash.update(bytes);
    const state = bytes.subarray(Math.max(0, begin - position), Math.max(0, end - position));
    if (state.length > 0) restore.write(state);
    position += bytes.length;
  }
  const expected = await file.read(hashed, checksumBytes);
  if (!hash.digest().equals(expected)) throw malformed('its checksum is wrong');
}

function malformed(what: string): Error {
  return clusterErrors.create('SNAPSHOT_MALFORMED', { message: `this cannot be restored: ${what}` });
}
