import { expect, test } from 'vitest';
import { isolatedValues } from './isolated-values.ts';

test('what stands between holes, or between a hole and an end, is found', () => {
  expect(isolatedValues([3, null, 4, 4, null, 0, null, null, 7])).toEqual([0, 5, 8]);
});

test('a line, and nothing at all, have none', () => {
  expect(isolatedValues([1, 2, 3])).toEqual([]);
  expect(isolatedValues([null, undefined])).toEqual([]);
  expect(isolatedValues([5])).toEqual([0]);
});
