import { expect, test } from 'vitest';
import type { Press } from './customers.ts';
import { ServedWell } from './served-well.ts';

function pressed(well: ServedWell, from: number, until: number, accepted: boolean): void {
  const order = { basket: 'basket-1', item: 'apple', quantity: 1, cents: 500 } as Press['order'];
  for (let at = from; at < until; at += 100)
    well.record({ order, number: 1, at, latencyMillis: 50, accepted, lost: false });
}

test('a shop that serves its customers from the first on is well after some seconds, and not before', () => {
  const well = new ServedWell();
  pressed(well, 0, 5_000, true);
  expect(well.at(3_000)).toBe(false);
  expect(well.at(5_000)).toBe(true);
});

test('a shop that could not serve its first customers is well once those are long ago', () => {
  const well = new ServedWell();
  pressed(well, 0, 3_000, false);
  pressed(well, 3_000, 9_000, true);
  expect(well.at(5_000)).toBe(false);
  expect(well.at(8_000)).toBe(true);
});

test('a shop that nobody gets an answer from is not well', () => {
  expect(new ServedWell().at(10_000)).toBe(false);
});
