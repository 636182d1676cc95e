import { compareBytes } from '@holdfast/coordination/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeKey, type KeyRange, prefixRange } from './key-range.ts';

const unit = fc.constantFrom('', 'a', 'b', '\0', '\u007f', 'é', '\uffff', '\u{10ffff}');
const text = fc.array(unit, { maxLength: 3 }).map((units) => units.join(''));

function holds({ key, rangeEnd }: KeyRange, of: string): boolean {
  const bytes = encodeKey(of);
  const endless = rangeEnd.length === 1 && rangeEnd[0] === 0;
  return compareBytes(bytes, key) >= 0 && (endless || compareBytes(bytes, rangeEnd) < 0);
}

test('a prefix is the range of all keys that begin with it, and of no other', () => {
  fc.assert(
    fc.property(text, text, (prefix, key) => {
      // There is no empty key.
      expect(holds(prefixRange(prefix), `${key}x`)).toBe(`${key}x`.startsWith(prefix));
    }),
  );
});

test('after a key come those that are greater', () => {
  fc.assert(
    fc.property(text, text, text, (prefix, after, rest) => {
      const key = `${prefix}${rest}x`;
      const greater = compareBytes(encodeKey(key), encodeKey(`${after}y`)) > 0;
      expect(holds(prefixRange(prefix, `${after}y`), key)).toBe(greater);
    }),
  );
});
