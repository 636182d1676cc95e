import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrantedRanges, type KeyRange, openEnd } from './granted-ranges.ts';

const range = (key: string, rangeEnd = ''): KeyRange => ({ key, rangeEnd });

test.each([
  ['two grants with a gap', [range('a', 'c'), range('x', 'z')], 'a', 'z', false],
  ['adjacent grants', [range('a', 'f'), range('c', 'd'), range('f', 'z')], 'a', 'z', true],
  ['overlapping grants', [range('a', 'd'), range('a', 'b'), range('c', 'f')], 'a', 'f', true],
  ['the key between', [range('a', 'c'), range('x', 'z')], 'f', '', false],
  ['the end itself', [range('a', 'd'), range('c', 'f')], 'f', '', false],
  ['a single key', [range('foo')], 'foo', '', true],
  ['what begins with a single key', [range('foo')], 'foobar', '', false],
  ['a range over a single key', [range('foo')], 'foo', 'foo\0', true],
  ['everything from a key on', [range('foo', openEnd)], 'zzz', openEnd, true],
  ['before everything from a key on', [range('foo', openEnd)], 'fon', openEnd, false],
  ['everything', [range('\0', openEnd)], '\0', openEnd, true],
  ['everything, of a prefix', [range('foo', 'fop')], 'foo', openEnd, false],
  ['nothing granted', [], 'a', '', false],
])('%s', (_case, granted, key, rangeEnd, expected) => {
  expect(new GrantedRanges(granted).covers(key, rangeEnd)).toBe(expected);
});

describe('against all keys one by one', () => {
  /** Every key of up to three letters of a tiny alphabet, in order, and a greatest one. */
  const letters = ['\0', 'a', 'b', '\xff'];
  const short = letters.flatMap((one) => [
    one,
    ...letters.flatMap((two) => [one + two, ...letters.map((three) => one + two + three)]),
  ]);
  const universe = [...short, '\xff\xff\xff\xff'].sort();
  const has = ({ key, rangeEnd }: KeyRange, candidate: string): boolean =>
    rangeEnd === '' ? candidate === key : candidate >= key && (rangeEnd === openEnd || candidate < rangeEnd);

  // Ends of at most two letters, so that the universe has a key in every gap that a test can make.
  const bound = fc.constantFrom(...short.filter((key) => key.length < 3));
  const anyRange = fc
    .record({ key: bound, rangeEnd: fc.oneof(bound, fc.constant(''), fc.constant(openEnd)) })
    .filter(({ key, rangeEnd }) => rangeEnd === '' || rangeEnd === openEnd || key < rangeEnd);

  test('a range is covered when each of its keys is in some grant', () => {
    fc.assert(
      fc.property(fc.array(anyRange, { maxLength: 8 }), anyRange, (granted, asked) => {
        const each = universe.filter((key) => has(asked, key));
        const expected = each.every((key) => granted.some((grant) => has(grant, key)));
        expect(new GrantedRanges(granted).covers(asked.key, asked.rangeEnd)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
