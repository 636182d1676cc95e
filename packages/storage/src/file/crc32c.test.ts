import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

test('CRC-32C is that of RFC 3720', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
});

test('it can be that of a part, and go on where another one ended', () => {
  const parts = fc.record({ bytes: fc.uint8Array({ maxLength: 200 }), cut: fc.nat(200) });
  fc.assert(
    fc.property(parts, ({ bytes, cut }) => {
      const at = Math.min(cut, bytes.length);
      expect(crc32c(bytes, at, bytes.length, crc32c(bytes, 0, at))).toBe(crc32c(bytes));
      expect(crc32c(bytes, at)).toBe(crc32c(bytes.slice(at)));
    }),
  );
});
