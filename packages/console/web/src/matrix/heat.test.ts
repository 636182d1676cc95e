import { expect, test } from 'vitest';
import { heatOf } from './heat.ts';

test('the largest stands out most, and each order of magnitude as much as another', () => {
  const heat = heatOf([1, 10, 100]);
  expect([1, 10, 100].map(heat)).toEqual([0, 0.5, 1]);
  expect(heat(0)).toBe(0);
});

test('values of the same size look the same, and none looks cold', () => {
  const heat = heatOf([98, 100]);
  expect(heat(98)).toBeGreaterThan(0.9);
  expect(heatOf([])(0)).toBe(0);
});
