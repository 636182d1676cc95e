import type { DiskFile } from '@holdfast/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StateSnapshot } from '../state/state-machine.ts';
import { readSnapshotArchive } from './read-snapshot-archive.ts';
import { archiveSnapshot } from './snapshot-archive.ts';

function snapshotOf(state: Uint8Array): StateSnapshot {
  let at = 0;
  return {
    index: 1,
    term: 1,
    revision: 1,
    bytesEstimate: state.length,
    next: (bytes) => {
      if (at >= state.length) return undefined;
      at += bytes;
      return state.slice(at - bytes, at);
    },
    release: () => {},
  };
}

function fileOf(bytes: Uint8Array): DiskFile {
  return {
    size: async () => bytes.length,
    read: async (position: number, length: number) => bytes.slice(position, position + length),
  } as unknown as DiskFile;
}

async function read(bytes: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await readSnapshotArchive(fileOf(bytes), {
    write: (piece) => void pieces.push(piece.slice()),
    finish: () => {},
  });
  return Buffer.concat(pieces);
}

function archive(state: Uint8Array): Uint8Array {
  // No Buffer: what its slice is changed by, it is itself.
  return new Uint8Array(Buffer.concat([...archiveSnapshot(snapshotOf(state), 100)]));
}

describe("a snapshot's file", () => {
  test('gives back the state that was put in, of whatever length', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (state) => {
        expect(Buffer.from(await read(archive(state))).equals(state)).toBe(true);
      }),
    ));

  test('is refused when a bit of it is wrong, or an end is missing', () => {
    const whole = archive(Uint8Array.from({ length: 700 }, (_, index) => index));
    return fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), fc.nat(whole.length - 1), async (bit, length) => {
        const flipped = whole.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        await expect(read(flipped)).rejects.toMatchObject({ code: 'SNAPSHOT_MALFORMED' });
        await expect(read(whole.slice(0, length))).rejects.toMatchObject({ code: 'SNAPSHOT_MALFORMED' });
      }),
    );
  });
});
