import { expect, test } from 'vitest';
import { readUint32, writeUint32 } from './big-endian.ts';

test('numbers of 32 bits are as DataView writes and reads them', () => {
  const bytes = new Uint8Array(6);
  const view = new DataView(bytes.buffer);
  for (const value of [0, 1, 0x01020304, 0x7fffffff, 0x80000000, 0xfffefdfc, 0xffffffff]) {
    writeUint32(bytes, 1, value);
    expect(view.getUint32(1)).toBe(value);
    expect(readUint32(bytes, 1)).toBe(value);
  }
  expect([bytes[0], bytes[5]]).toEqual([0, 0]);
});
