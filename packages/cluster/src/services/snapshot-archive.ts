import { createHash } from 'node:crypto';
import { clusterErrors } from '../errors.ts';
import type { StateRestore, StateSnapshot } from '../state/state-machine.ts';

/** etcd's clients want a snapshot to be whole sectors and then 32 bytes of checksum. */
const sectorBytes = 512;
export const lengthBytes = 8;
export const checksumBytes = 32;

const readBytes = 1_048_576;

/** `HOLDFAST SNAPSHOT` and a version, at the beginning. */
export const archiveMagic: Uint8Array = new TextEncoder().encode('HOLDFAST SNAPSHOT 1\n');

/**
 * A snapshot of the state as a file that `etcdctl snapshot save` writes and checks: a magic text, the state's own bytes,
 * zeros up to the end of a sector, within them at its very end the length of the state's bytes (64 bits, big-endian), and
 * the SHA-256 of all before it.
 */
export function* archiveSnapshot(
  snapshot: StateSnapshot,
  pieceBytes: number,
): Generator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let length = 0;
  hash.update(archiveMagic);
  yield archiveMagic;
  for (;;) {
    const piece = snapshot.next(pieceBytes);
    if (piece === undefined) break;
    length += piece.length;
    hash.update(piece);
    yield piece;
  }
  const end = endOf(length);
  hash.update(end);
  yield end;
  yield hash.digest();
}

/** Where an archive is read from: a file, for instance. */
export interface ArchiveSource {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Reads an archive into a state, which it takes the place of only if all of it is as it was written.
 *
 * @throws HoldfastError SNAPSHOT_MALFORMED.
 */
export async function restoreArchive(source: ArchiveSource, restore: StateRestore): Promise<void> {
  const end = source.size - checksumBytes;
  if (end < sectorBytes || end % sectorBytes !== 0) throw malformed(`${source.size} bytes are no archive`);
  const last = await source.read(end - lengthBytes, lengthBytes);
  const length = Number(new DataView(last.buffer, last.byteOffset, lengthBytes).getBigUint64(0));
  const stateEnd = archiveMagic.length + length;
  if (stateEnd > end - lengthBytes) throw malformed('its length is not its own');
  const hash = createHash('sha256');
  for (let offset = 0; offset < end; ) {
    const piece = await source.read(offset, Math.min(readBytes, end - offset));
    if (piece.length === 0) throw malformed('it was cut while it was read');
    hash.update(piece);
    if (offset === 0 && Buffer.compare(piece.subarray(0, archiveMagic.length), archiveMagic) !== 0) {
      throw malformed('it does not begin as one');
    }
    const from = Math.max(0, archiveMagic.length - offset);
    const to = Math.min(piece.length, stateEnd - offset);
    if (to > from) restore.write(piece.subarray(from, to));
    offset += piece.length;
  }
  if (Buffer.compare(hash.digest(), await source.read(end, checksumBytes)) !== 0) {
    throw malformed('its checksum is another');
  }
  restore.finish();
}

/** Zeros to the end of a sector, the last of them taken by the length. */
function endOf(length: number): Uint8Array {
  const before = archiveMagic.length + length + lengthBytes;
  const end = new Uint8Array(Math.ceil(before / sectorBytes) * sectorBytes - before + lengthBytes);
  new DataView(end.buffer).setBigUint64(end.length - lengthBytes, BigInt(length));
  return end;
}

function malformed(what: string): Error {
  return clusterErrors.create('SNAPSHOT_MALFORMED', { message: `this is no snapshot of Holdfast: ${what}` });
}
