import { describe, expect, test } from 'vitest';
import { canonicalText, sameValue } from './canonical-text.ts';

describe('canonicalText', () => {
  test('is the same for the same value, however it was built', () => {
    expect(canonicalText({ b: [1, { d: 2, c: 3 }], a: null })).toBe('{"a":null,"b":[1,{"c":3,"d":2}]}');
    expect(canonicalText({ a: null, b: [1, { c: 3, d: 2 }] })).toBe('{"a":null,"b":[1,{"c":3,"d":2}]}');
  });

  test('tells values apart', () => {
    const values = [null, undefined, 0, '0', 'null', false, [], {}, [0], [[0]], { a: 0 }, { a: '0' }];
    expect(new Set(values.map(canonicalText)).size).toBe(values.length);
  });
});

describe('sameValue', () => {
  test('compares by content', () => {
    expect(sameValue({ a: [1], b: 2 }, { b: 2, a: [1] })).toBe(true);
    expect(sameValue([1, 2], [2, 1])).toBe(false);
    expect(sameValue(1, '1')).toBe(false);
    expect(sameValue(null, {})).toBe(false);
  });
});
