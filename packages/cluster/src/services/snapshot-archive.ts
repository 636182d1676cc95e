import { createHash } from 'node:crypto';
import type { StateSnapshot } from '../state/state-machine.ts';

/** etcd's clients want a snapshot to be whole sectors and then 32 bytes of checksum. */
const sectorBytes = 512;
export const lengthBytes = 8;
export const checksumBytes = 32;

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

/** Zeros to the end of a sector, the last of them taken by the length. */
function endOf(length: number): Uint8Array {
  const before = archiveMagic.length + length + lengthBytes;
  const end = new Uint8Array(Math.ceil(before / sectorBytes) * sectorBytes - before + lengthBytes);
  new DataView(end.buffer).setBigUint64(end.length - lengthBytes, BigInt(length));
  return end;
}
