import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from './histogram.ts';
import { growingBounds, histogramBuckets, secondsBounds } from './histogram-buckets.ts';

function histogramOf(bounds: readonly number[], values: readonly number[]): Histogram {
  const histogram = new Histogram(histogramBuckets(bounds));
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('Histogram', () => {
  test('counts a value in the first bucket that holds it, its bound included', () => {
    const histogram = histogramOf([1, 2, 4], [0, 1, 1.5, 2, 4, 5, Number.POSITIVE_INFINITY, Number.NaN]);
    expect([...(histogram.counts as Float64Array)]).toEqual([2, 2, 1, 2]);
    expect(histogram.count).toBe(7);
  });

  test('counts as a search through the bounds would, wherever bounds and values lie', () => {
    const near = fc.constantFrom(...secondsBounds, ...growingBounds(1e-7, 10, 20), 0, -1, 2 ** -40, 2 ** 60);
    const value = fc.oneof(
      fc.double({ noNaN: true }),
      fc.double({ noNaN: true, min: 0, max: 20 }),
      // On a bound, and next to it.
      near.chain((bound) => fc.constantFrom(bound, bound * (1 + 2 ** -52), bound * (1 - 2 ** -53))),
    );
    const bounds = fc
      .uniqueArray(fc.oneof(near, fc.double({ noNaN: true, noDefaultInfinity: true })), {
        minLength: 1,
        maxLength: 40,
        comparator: (a, b) => a === b,
      })
      .map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(bounds, fc.array(value, { maxLength: 100 }), (limits, values) => {
        const expected = new Array<number>(limits.length + 1).fill(0);
        for (const one of values) {
          const bucket = limits.findIndex((limit) => one <= limit);
          expected[bucket < 0 ? limits.length : bucket]! += 1;
        }
        expect([...(histogramOf(limits, values).counts as Float64Array)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('finds every quantile of what was recorded, at most 3.2 % off', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: 1e-9, max: 1e12 }), { minLength: 1, maxLength: 200 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(q * values.length) - 1)]!;
          const found = histogramOf([1], values).quantile(q)!;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.032);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('merged, two histograms are as if one had recorded everything', () => {
    const values = fc.array(fc.double({ noNaN: true, min: 1e-9, max: 1e12 }), { maxLength: 50 });
    const q = fc.double({ noNaN: true, min: 0, max: 1 });
    fc.assert(
      fc.property(values, values, q, (some, others, share) => {
        const buckets = histogramBuckets(secondsBounds);
        const [one, other, both] = [new Histogram(buckets), new Histogram(buckets), new Histogram(buckets)];
        for (const value of some) one.record(value);
        for (const value of others) other.record(value);
        for (const value of [...some, ...others]) both.record(value);
        one.merge(other);
        expect(one.counts).toEqual(both.counts);
        expect(one.quantile(share)).toBe(both.quantile(share));
        expect(one.sum).toBeCloseTo(both.sum, -6);
      }),
    );
  });

  test('a quantile of nothing is undefined, and of what is not above zero is zero', () => {
    expect(histogramOf([1], []).quantile(0.5)).toBeUndefined();
    expect(histogramOf([1], [-5, 0, 0]).quantile(0.5)).toBe(0);
  });
});
