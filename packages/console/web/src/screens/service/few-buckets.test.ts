import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fewBuckets } from './few-buckets.ts';

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

test('empty ends are left out, but for one bucket', () => {
  expect(fewBuckets({ bounds: [1, 2, 3, 4, 5, 6], counts: [0, 0, 4, 1, 0, 0] }, 10)).toEqual({
    bounds: [2, 3, 4, 5],
    counts: [0, 4, 1, 0],
  });
});

test('neighbours are put together, under the bound of the last of them', () => {
  expect(fewBuckets({ bounds: [1, 2, 3, 4, 5], counts: [1, 2, 3, 4, 5] }, 3)).toEqual({
    bounds: [2, 4, 5],
    counts: [3, 7, 5],
  });
});

test('what has no upper bound keeps none', () => {
  expect(fewBuckets({ bounds: [1, 2], counts: [1, 1, 7] }, 10)).toEqual({
    bounds: [1, 2],
    counts: [1, 1, 7],
  });
});

test('nothing counted is nothing shown', () => {
  expect(fewBuckets({ bounds: [1, 2], counts: [0, 0] }, 10)).toEqual({ bounds: [], counts: [] });
});

test('no count is lost, and there are not more than asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), fc.integer({ min: 1, max: 60 }), (counts, most) => {
      const bounds = counts.map((_, index) => index + 1);
      const few = fewBuckets({ bounds, counts }, most);
      expect(sum(few.counts)).toBe(sum(counts));
      expect(few.counts.length).toBeLessThanOrEqual(most);
      expect(few.bounds.length).toBe(few.counts.length);
    }),
  );
});
