import { expect, test } from 'vitest';
import { baseWindow } from './base-window.ts';

const quarter = { from: 10_000_000, to: 10_900_000 };

test.each([
  ['before', { from: 9_100_000, to: 10_000_000 }],
  ['hour', { from: 6_400_000, to: 7_300_000 }],
  ['day', { from: -76_400_000, to: -75_500_000 }],
] as const)('%s', (comparison, expected) => {
  expect(baseWindow(quarter, comparison)).toEqual(expected);
});
