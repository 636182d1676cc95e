import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Latencies } from './latencies.ts';

test('a percentile is at most 1.6 % above the one of the sorted values, and never below', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
      (micros, share) => {
        const latencies = new Latencies();
        for (const value of micros) latencies.record(value / 1_000);
        const sorted = [...micros].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
        const found = latencies.percentile(share)! * 1_000;
        expect(found).toBeGreaterThanOrEqual(exact - 0.5);
        expect(found).toBeLessThanOrEqual(exact * 1.016 + 0.5);
      },
    ),
  );
});

test('without values there is no percentile', () => {
  expect(new Latencies().percentile(0.5)).toBeUndefined();
});
