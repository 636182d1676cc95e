import { expect, test } from 'vitest';
import { Rounds } from './rounds.ts';

test('knows when the latest rounds began, and nothing of those long ago', () => {
  const rounds = new Rounds();
  for (let now = 1; now <= 100; now++) rounds.start(now * 10);
  expect([100, 37, 36, 0].map((round) => rounds.startOf(round))).toEqual([
    1000,
    370,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
  expect(rounds.startOf(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
