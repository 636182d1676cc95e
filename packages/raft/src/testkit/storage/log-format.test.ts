import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from './frame.ts';
import { decodeSuperblock, encodeSuperblock } from './superblock.ts';

const record = fc.uint8Array({ maxLength: 50 });
const place = { generation: 3, position: 0, sequence: 7 };

describe('a frame', () => {
  test('gives back its records', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), (records) => {
        const bytes = encodeFrame(records, place);
        expect(decodeFrame(bytes, place)).toEqual({ records, end: bytes.length });
      }),
    );
  });

  test('is whole or nothing: no bit may change, no byte may lack', () => {
    const bytes = encodeFrame([new Uint8Array(20).fill(1), new Uint8Array(3).fill(2)], place);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >>> 3]! ^= 1 << (bit % 8);
      expect(decodeFrame(flipped, place)).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeFrame(bytes.subarray(0, length), place)).toBeUndefined();
      const holed = bytes.slice();
      holed.fill(0, length);
      expect(decodeFrame(holed, place)).toBeUndefined();
    }
  });

  test('belongs to one place', () => {
    const bytes = encodeFrame([new Uint8Array(20)], place);
    const moved = new Uint8Array(100 + bytes.length);
    moved.set(bytes, 100);
    expect(decodeFrame(moved, { ...place, position: 100 })).toBeUndefined();
    expect(decodeFrame(bytes, { ...place, generation: 4 })).toBeUndefined();
    expect(decodeFrame(bytes, { ...place, sequence: 8 })).toBeUndefined();
  });
});

describe('a superblock', () => {
  const superblock = { identity: 'böb', generation: 5, end: 1_000 };

  test('gives back what it says, and nothing once a bit has changed', () => {
    const bytes = encodeSuperblock(superblock);
    expect(decodeSuperblock(bytes)).toEqual(superblock);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >>> 3]! ^= 1 << (bit % 8);
      expect(decodeSuperblock(flipped)).toBeUndefined();
    }
    expect(decodeSuperblock(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
    expect(decodeSuperblock(new Uint8Array(512))).toBeUndefined();
  });

  test('has room for names up to a length, which it says', () => {
    const longest = 'x'.repeat(496);
    expect(decodeSuperblock(encodeSuperblock({ ...superblock, identity: longest }))?.identity).toBe(longest);
    for (const identity of ['', `${longest}x`]) {
      expect(() => encodeSuperblock({ ...superblock, identity })).toThrow('identity is');
    }
  });
});
