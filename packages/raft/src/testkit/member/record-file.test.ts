import { describe, expect, test } from 'vitest';
import { frameRecords, parseRecords } from './record-file.ts';

function fileOf(...frames: readonly (readonly string[])[]): Uint8Array {
  let bytes = new Uint8Array(0);
  for (const records of frames) {
    const frame = frameRecords(records, bytes.length);
    const longer = new Uint8Array(bytes.length + frame.length);
    longer.set(bytes);
    longer.set(frame, bytes.length);
    bytes = longer;
  }
  return bytes;
}

describe('a file of records', () => {
  test('gives back what was written', () => {
    const bytes = fileOf(['one', 'two'], ['three']);
    expect(parseRecords(bytes)).toEqual({
      records: ['one', 'two', 'three'],
      end: bytes.length,
      damaged: false,
    });
  });

  test('ends before a frame that a crash tore, wherever it was torn', () => {
    const whole = fileOf(['one']).length;
    const bytes = fileOf(['one'], ['two', 'three']);
    for (let length = whole; length < bytes.length; length++) {
      expect(parseRecords(bytes.subarray(0, length))).toEqual({
        records: ['one'],
        end: whole,
        damaged: false,
      });
      const holed = bytes.slice();
      holed.fill(0xee, whole, length + 1);
      expect(parseRecords(holed)).toEqual({ records: ['one'], end: whole, damaged: false });
    }
  });

  test('is damaged where a whole frame follows a broken one', () => {
    const first = fileOf(['one']).length;
    const bytes = fileOf(['one'], ['two'], ['three']);
    for (let at = 0; at < fileOf(['one'], ['two']).length; at++) {
      const rotten = bytes.slice();
      rotten[at]! ^= 1;
      const { records, damaged } = parseRecords(rotten);
      expect(damaged).toBe(true);
      expect(records).toEqual(at < first ? [] : ['one']);
    }
  });
});
