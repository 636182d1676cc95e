import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExponentialBuckets, type ExponentialCounts, exponentialSize } from './exponential-buckets.ts';
import { exponentialIndex, scaleMax } from './exponential-scale.ts';
import { Histogram } from './histogram.ts';
import { histogramBuckets } from './histogram-buckets.ts';

const positive = fc.oneof(
  fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
  fc.double({ min: 0.001, max: 100, noNaN: true }),
  fc.integer({ min: -1022, max: 1023 }).map((exponent) => 2 ** exponent),
);
const anyNumber = fc.oneof(
  positive,
  positive.map((value) => -value),
  fc.constantFrom(0, -0),
);

function filled(values: readonly number[], size = exponentialSize): ExponentialBuckets {
  const buckets = new ExponentialBuckets(size);
  for (const value of values) buckets.record(value);
  return buckets;
}

/** Counts by index, without the empty ones. */
function byIndex({ counts, offset }: ExponentialCounts['positive']): Map<number, number> {
  const found = new Map<number, number>();
  counts.forEach((count, place) => {
    if (count > 0) found.set(offset + place, count);
  });
  return found;
}

/** The plain model: the finest scale by which indexes do not lie too far apart, and then how many values have which. */
function modelOf(values: readonly number[], size: number): { scale: number; counts: Map<number, number>[] } {
  const signs = [values.filter((value) => value > 0), values.filter((value) => value < 0)];
  const finest = signs.map((some) => some.map((value) => exponentialIndex(Math.abs(value), scaleMax)));
  let shift = 0;
  const fits = (indexes: readonly number[]): boolean => {
    const shifted = indexes.map((index) => index >> shift);
    return indexes.length === 0 || Math.max(...shifted) - Math.min(...shifted) < size;
  };
  while (!finest.every(fits)) shift += 1;
  const counts = finest.map((indexes) => {
    const found = new Map<number, number>();
    for (const index of indexes) found.set(index >> shift, (found.get(index >> shift) ?? 0) + 1);
    return found;
  });
  return { scale: scaleMax - shift, counts };
}

describe('an index', () => {
  test('is that of the bucket that a value lies in, by every scale', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: -10, max: scaleMax }), (value, scale) => {
        const normal = Math.max(value, 2 ** -1022);
        const index = exponentialIndex(value, scale);
        // Logarithms are rounded: a value that is next to a bound may lie beyond it.
        const exact = Math.log2(normal) * 2 ** scale;
        const slack = Math.max(1, Math.abs(exact)) * 1e-12;
        expect(index).toBeLessThan(exact + slack);
        expect(index + 1).toBeGreaterThanOrEqual(exact - slack);
      }),
      { numRuns: 500 },
    );
  });

  test('a power of two is the last value of its bucket, and the next number begins another', () => {
    for (let scale = -10; scale <= scaleMax; scale += 1) {
      for (const exponent of [-1021, -7, -1, 0, 1, 2, 52, 1023]) {
        const value = 2 ** exponent;
        const index = exponentialIndex(value, scale);
        if (scale >= 0) expect(index).toBe(exponent * 2 ** scale - 1);
        else expect(index).toBe(Math.ceil(exponent * 2 ** scale) - 1);
        const next = exponentialIndex(value * (1 + Number.EPSILON), scale);
        if (scale >= 0) expect(next).toBe(index + 1);
      }
    }
  });
});

describe('exponential buckets', () => {
  test('are as fine as their values allow, and count them all, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 60 }), fc.integer({ min: 2, max: 20 }), (values, size) => {
        const buckets = filled(values, size);
        const model = modelOf(values, size);
        const read = buckets.read();
        expect(read.scale).toBe(model.scale);
        expect([byIndex(read.positive), byIndex(read.negative)]).toEqual(model.counts);
        expect(read.zeroCount).toBe(values.filter((value) => value === 0).length);
        for (const { counts } of [read.positive, read.negative]) {
          expect(counts.length).toBeLessThanOrEqual(size);
          if (counts.length > 0) expect([counts[0], counts.at(-1)].every((count) => count! > 0)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('that are merged are those of all values', () => {
    const some = fc.array(anyNumber, { maxLength: 30 });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 2, max: 20 }), (one, other, size) => {
        const merged = filled(one, size);
        merged.merge(filled(other, size));
        const read = merged.read();
        const all = modelOf([...one, ...other], size);
        // What was counted apart may have been coarser than all of it has to be.
        expect(read.scale).toBeLessThanOrEqual(all.scale);
        const coarser = all.scale - read.scale;
        const expected = all.counts.map((counts) => {
          const found = new Map<number, number>();
          for (const [index, count] of counts) {
            found.set(index >> coarser, (found.get(index >> coarser) ?? 0) + count);
          }
          return found;
        });
        expect(
          [byIndex(read.positive), byIndex(read.negative)].map((map) => new Map([...map].sort())),
        ).toEqual(expected.map((map) => new Map([...map].sort())));
      }),
      { numRuns: 200 },
    );
  });

  test('one value is told as finely as can be, and the range of the specification as it says', () => {
    expect(filled([0.0417]).read().scale).toBe(scaleMax);
    for (const [from, to, scale] of [
      [0.001, 0.004, 6],
      [0.001, 0.02, 5],
      [0.001, 1, 4],
      [0.001, 100, 3],
      [0.000001, 10, 2],
    ] as const) {
      expect(filled([from, to]).read().scale).toBe(scale);
    }
    expect(filled([Number.MIN_VALUE, Number.MAX_VALUE], 2).read().scale).toBe(-10);
  });
});

test('a histogram with an exponential grid tells quantiles by it, and has its buckets as ever', () => {
  const histogram = new Histogram(histogramBuckets([1, 10], exponentialSize));
  for (let value = 1; value <= 1_000; value += 1) histogram.record(value / 100);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    histogram.record(value);
  expect(Array.from(histogram.counts)).toEqual([100, 900, 0]);
  expect([histogram.count, histogram.extremes.min, histogram.extremes.max]).toEqual([1_000, 0.01, 10]);
  for (const q of [0.01, 0.5, 0.9, 0.99, 1]) {
    expect(Math.abs(histogram.quantile(q)! / (q * 10) - 1)).toBeLessThan(0.03);
  }
  expect(new Histogram(histogramBuckets([1], exponentialSize)).quantile(0.5)).toBeUndefined();
});

test.each([1, 2.5, 20_000])('%d cells are refused at the door', (size) => {
  expect(() => histogramBuckets([1], size)).toThrow('exponentialSize');
});
