import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

const durations = fc.array(fc.double({ min: 0, max: 1e11, noNaN: true }), { minLength: 1, maxLength: 200 });

function recorded(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test('a quantile is within 2% of the true one, or a microsecond', () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const sorted = values.toSorted((one, other) => one - other);
      const truth = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
      const quantile = recorded(values).quantile(q);
      expect(Math.abs(quantile - truth)).toBeLessThanOrEqual(Math.max(1, truth * 0.02));
    }),
  );
});

test('count, sum and maximum are exact', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const histogram = recorded(values);
      expect(histogram.count).toBe(values.length);
      expect(histogram.max).toBe(Math.max(...values));
      expect(histogram.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 3);
    }),
  );
});

test('merged it is what it would have been had one recorded all', () => {
  fc.assert(
    fc.property(durations, durations, (some, more) => {
      const merged = recorded(some);
      merged.merge(recorded(more));
      const whole = recorded([...some, ...more]);
      for (const q of [0, 0.5, 0.95, 1]) expect(merged.quantile(q)).toBe(whole.quantile(q));
      expect([merged.count, merged.max]).toEqual([whole.count, whole.max]);
    }),
  );
});

test('empty it tells nothing, and the longest of durations still fits', () => {
  const histogram = new LatencyHistogram();
  expect([histogram.count, histogram.mean, histogram.quantile(0.99), histogram.max]).toEqual([0, 0, 0, 0]);
  histogram.record(Number.MAX_SAFE_INTEGER);
  expect(histogram.count).toBe(1);
  expect(histogram.max).toBe(Number.MAX_SAFE_INTEGER);
});

test('it counts those up to a bound', () => {
  const histogram = recorded([1_000, 2_000, 2_000, 50_000]);
  expect([500, 1_000, 2_100, 1e9].map((bound) => histogram.countUpTo(bound))).toEqual([0, 1, 3, 4]);
});
