import { expect, test } from 'vitest';
import { CallTotals } from '../live/call-totals.ts';
import { latencyHistogram } from './latency-histogram.ts';

function taking(...micros: number[]): CallTotals {
  const totals = new CallTotals();
  for (const each of micros) totals.record(each, false);
  return totals;
}

test('two crowds far apart are seen to be far apart, and each bucket says where it begins and ends', () => {
  const { bounds, counts } = latencyHistogram([taking(1_000, 1_000), taking(8_000)]);
  expect(counts.filter((count) => count > 0)).toEqual([2, 1]);
  // Sixteen buckets a doubling, three doublings.
  expect(counts.lastIndexOf(1) - counts.indexOf(2)).toBe(48);
  const within = (index: number, millis: number): boolean =>
    bounds[index - 1]! <= millis && millis < bounds[index]!;
  expect(within(counts.indexOf(2), 1)).toBe(true);
  expect(within(counts.lastIndexOf(1), 8)).toBe(true);
});

test('no calls are no buckets', () => {
  expect(latencyHistogram([])).toEqual({ bounds: [], counts: [] });
});
