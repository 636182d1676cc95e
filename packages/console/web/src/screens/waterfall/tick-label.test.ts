import { expect, test } from 'vitest';
import { tickLabel } from './tick-label.ts';

test.each([
  [0, 50, '0'],
  [250, 50, '250 ms'],
  [1250, 50, '1.25 s'],
  [2000, 500, '2.0 s'],
  [120_000, 20_000, '120 s'],
  [1234.5, 0.1, '1234.5 ms'],
  [0.4, 0.1, '400 µs'],
  [0.0125, 0.0005, '12.5 µs'],
  [1.5, 0.5, '1.5 ms'],
])('%d ms at steps of %d', (time, step, expected) => {
  expect(tickLabel(time, step)).toBe(expected);
});
