import { seededRandom } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Backoff, constant, decorrelated, delays, exponential, fibonacci, linear } from './backoff.ts';

const random = seededRandom(1);

function series(backoff: Backoff, length: number): number[] {
  const waits: number[] = [];
  for (let retry = 1; retry <= length; retry++) {
    waits.push(backoff.delay(retry, waits.at(-1) ?? 0, random));
  }
  return waits.map((micros) => micros / 1_000);
}

test('the series are what their names say', () => {
  const jitter = 'none';
  expect(series(constant('1s'), 3)).toEqual([1000, 1000, 1000]);
  expect(series(linear({ initial: 100, max: 350, jitter }), 4)).toEqual([100, 200, 300, 350]);
  expect(series(linear({ initial: 100, step: 10, jitter }), 3)).toEqual([100, 110, 120]);
  expect(series(exponential({ initial: 100, max: 1000, jitter }), 5)).toEqual([100, 200, 400, 800, 1000]);
  expect(series(exponential({ initial: 100, factor: 3, jitter }), 3)).toEqual([100, 300, 900]);
  expect(series(fibonacci({ initial: 100, max: 1000, jitter }), 7)).toEqual([
    100, 200, 300, 500, 800, 1000, 1000,
  ]);
  expect(series(delays([5, '1s']), 3)).toEqual([5, 1000, 1000]);
});

test('every delay is a whole number of microseconds within its bounds, however late the retry', () => {
  const kinds = [
    exponential({ jitter: 'full' }),
    exponential({ jitter: 'equal' }),
    linear({ jitter: 'full' }),
    fibonacci({ jitter: 'equal' }),
    decorrelated(),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 0, max: 30_000_000 }),
      fc.integer(),
      (backoff, retry, previous, seed) => {
        const delay = backoff.delay(retry, previous, seededRandom(seed));
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(30_000_000);
      },
    ),
  );
});

test('full jitter spreads over the whole delay, equal jitter over its second half', () => {
  const spread = (jitter: 'full' | 'equal') => {
    const backoff = exponential({ initial: 1_000, jitter });
    return Array.from({ length: 2_000 }, () => backoff.delay(1, 0, random) / 1_000);
  };
  expect(Math.min(...spread('full'))).toBeLessThan(20);
  expect(Math.max(...spread('full'))).toBeGreaterThan(980);
  expect(Math.min(...spread('equal'))).toBeGreaterThanOrEqual(500);
});

test('refuses what cannot work, naming it', () => {
  expect(() => exponential({ factor: 0.5 })).toThrow('factor is 0.5');
  expect(() => exponential({ initial: '10s', max: '1s' })).toThrow('max is "1s"');
  expect(() => delays([])).toThrow('list is an array of 0');
  expect(() => constant(-1)).toThrow('delay is -1');
});
