import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallTotals } from './call-totals.ts';
import { bucketFloor, bucketOf, latencyBuckets } from './latency-buckets.ts';

const micros = fc.oneof(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 0xffff_ffff }));

test('a bucket holds what is from its floor up to the floor of the next', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const bucket = bucketOf(value);
      expect(bucket).toBeLessThan(latencyBuckets);
      expect(bucketFloor(bucket)).toBeLessThanOrEqual(value);
      expect(value).toBeLessThan(bucketFloor(bucket + 1));
    }),
  );
  expect(bucketOf(2 ** 53)).toBeLessThan(latencyBuckets);
});

test('a quantile is off by 2.2% at most, whatever was added in which order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(micros, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0.5, 0.95, 0.99, 1),
      (groups, q) => {
        const sum = new CallTotals();
        for (const group of groups) {
          const totals = new CallTotals();
          for (const value of group) totals.record(value, value % 2 === 1);
          sum.add(totals);
        }
        const values = groups.flat().sort((one, other) => one - other);
        const exact = values[Math.max(1, Math.ceil(values.length * q)) - 1]!;
        expect(sum.count).toBe(values.length);
        expect(sum.errors).toBe(values.filter((value) => value % 2 === 1).length);
        expect(sum.max).toBe(values.at(-1));
        expect(Math.abs(sum.quantile(q) - exact)).toBeLessThanOrEqual(Math.max(1, (exact + 1) * 0.0222));
      },
    ),
  );
});
