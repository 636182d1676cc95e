import type { StateSnapshot } from '../../state/state-machine.ts';

/** A snapshot as one piece. */
export function snapshotBytes(snapshot: StateSnapshot): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let piece = snapshot.next(1 << 16); piece !== undefined; piece = snapshot.next(1 << 16))
    pieces.push(piece);
  snapshot.release();
  return Buffer.concat(pieces);
}
