import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

describe('a latency histogram', () => {
  test('knows every quantile to one part in 16', () => {
    const latencies = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1 });
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.01, max: 1, noNaN: true }), (list, share) => {
        const histogram = new LatencyHistogram(1_000);
        for (const latency of list) histogram.record(latency, 1, 0);
        const exact = list.sort((a, b) => a - b)[Math.ceil(share * list.length) - 1]!;
        const found = histogram.quantile(share);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found - exact).toBeLessThanOrEqual(exact / 16);
      }),
    );
  });

  test('lets old values fade', () => {
    const histogram = new LatencyHistogram(10_000_000);
    histogram.record(1_000, 64, 1);
    histogram.record(1_000_000, 16, 10_000_001);
    expect(histogram.total).toBe(32);
    expect(histogram.quantile(0.9)).toBeGreaterThan(900_000);
    histogram.record(50, 1, 1_000_000_000);
    expect(histogram.quantile(1)).toBe(51);
  });

  test('takes what is longer than 35 min for 35 min', () => {
    const histogram = new LatencyHistogram(1_000);
    histogram.record(1e15, 1, 0);
    expect(histogram.quantile(1)).toBe(2 ** 31 - 1);
  });

  test('is 0 when empty', () => {
    expect(new LatencyHistogram(1_000).quantile(0.99)).toBe(0);
  });
});
