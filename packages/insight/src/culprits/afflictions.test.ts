import { expect, test } from 'vitest';
import { Afflictions } from './afflictions.ts';
import { Docket, type Filed } from './docket.ts';
import { Recency } from './recency.ts';

const second = 1_000_000;

/** A docket in which stock is called ten times a second, each time for a tenth of it. */
function calledFor(seconds: number): Docket {
  const docket = new Docket(seconds, new Recency(seconds * second));
  const calls = Array.from({ length: seconds * 10 }, (_, index) => ({
    from: (index * second) / 10,
    to: ((index + 1) * second) / 10,
  }));
  docket.calls.set('stock', calls);
  return docket;
}

const failed = (from: number): Filed => ({
  ...{
    accused: 'stock',
    operation: undefined,
    instance: undefined,
    charge: 'own-failure',
    caller: undefined,
  },
  ...{ weight: 1, from, to: from + second / 10, within: [], missing: [], traceId: 't', recency: 1 },
});

test('who fails is in trouble at the time, and no more once it answers well again', () => {
  const afflictions = new Afflictions(calledFor(20), calledFor(20));
  for (let tenth = 50; tenth < 80; tenth++) afflictions.add(failed((tenth * second) / 10));
  expect(afflictions.shareAt('stock', 6 * second)).toBeGreaterThan(2);
  expect(afflictions.shareAt('stock', 1 * second)).toBeLessThan(0.2);
  expect(afflictions.shareAt('stock', 16 * second)).toBeLessThan(0.05);
});

test('whom nobody calls any more is as it was when it was called last', () => {
  const afflictions = new Afflictions(calledFor(5), calledFor(20));
  for (let tenth = 30; tenth < 50; tenth++) afflictions.add(failed((tenth * second) / 10));
  expect(afflictions.shareAt('stock', 15 * second)).toBeGreaterThan(2);
});

test('what is usual is no trouble, and who is not accused has none', () => {
  const afflictions = new Afflictions(calledFor(10), calledFor(10));
  for (let tenth = 0; tenth < 100; tenth++) {
    afflictions.add(failed((tenth * second) / 10));
    afflictions.addUsual(failed((tenth * second) / 10));
  }
  expect(afflictions.shareAt('stock', 5 * second)).toBeCloseTo(0, 6);
  expect(afflictions.shareAt('bank', 5 * second)).toBe(0);
});
