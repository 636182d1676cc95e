import { expect, test } from 'vitest';
import { arrivals } from './schedule.ts';

test('the same seed sends the same customers at the same moments, at the rate asked for', () => {
  const [one, two] = [arrivals(3, 100), arrivals(3, 100)];
  const first = Array.from({ length: 500 }, () => one.next().value);
  const second = Array.from({ length: 500 }, () => two.next().value);
  expect(first).toEqual(second);
  expect(first.filter(({ at }) => at < 1_000)).toHaveLength(100);
  expect(new Set(first.map(({ order }) => order.basket)).size).toBe(500);
});
