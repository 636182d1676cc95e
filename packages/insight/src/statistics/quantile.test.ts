import { expect, test } from 'vitest';
import { medianOf, quantileOf } from './quantile.ts';

test('it lies between its neighbours', () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  expect(quantileOf([10, 0, 20, 30, 40], 0.9)).toBe(36);
  expect(quantileOf([7], 0.9)).toBe(7);
  expect(quantileOf([], 0.5)).toBeNaN();
});
