import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, compareKeys } from './key-order.ts';

const encode = (text: string) => new TextEncoder().encode(text);
/** Characters on both sides of where the order of code units and that of code points differ. */
const unit = fc.constantFrom(
  '',
  'a',
  'b',
  '\u007f',
  '\u0080',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
);
const key = fc.array(unit, { maxLength: 4 }).map((units) => units.join(''));

test('keys are ordered as their UTF-8 bytes are', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(compareBytes(encode(a), encode(b))));
    }),
  );
});

test('bytes are ordered as Buffer orders them', () => {
  const bytes = fc.uint8Array({ maxLength: 4 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
    }),
  );
});
