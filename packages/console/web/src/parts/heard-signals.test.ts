import { expect, test } from 'vitest';
import type { Curve } from '../api/console-api.ts';
import { curveFrom, heardFrom } from './heard-signals.ts';

const curve = (...values: (number | null)[]): Curve => ({ from: 100, step: 10, values });

test('what was just started is not drawn into a corner', () => {
  expect(heardFrom(curve(0, 0, 0, 0, 0, 0, 0, 0, 5, 7))).toBe(150);
  expect(curveFrom(curve(0, 0, 0, 0, 0, 0, 0, 0, 5, 7), 150)).toEqual({
    from: 150,
    step: 10,
    values: [0, 0, 0, 5, 7],
  });
});

test('silence that is part of the story stays', () => {
  expect(heardFrom(curve(0, 0, 0, 0, 5, 7, 7, 7, 7, 7))).toBe(100);
  expect(heardFrom(curve(0, 0, 0, 0))).toBe(100);
});

test('a curve that begins later stays as it is', () => {
  expect(curveFrom(curve(1, 2), 50)).toEqual(curve(1, 2));
  expect(curveFrom(curve(1, 2), 500).values).toEqual([]);
});
