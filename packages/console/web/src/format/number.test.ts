import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatCounted, formatNumber, formatRate, formatShare } from './number.ts';

test.each([
  [0, '0'],
  [0.004, '<0.01'],
  [0.42, '0.42'],
  [7.3, '7.3'],
  [99.94, '99.9'],
  [99.96, '100'],
  [999.4, '999'],
  [999.6, '1k'],
  [12_408, '12.4k'],
  [3_100_000, '3.1M'],
  [-45.6, '−45.6'],
  [Number.NaN, '–'],
])('%d is written %s', (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [0, '0%'],
  [0.00002, '<0.01%'],
  [0.0031, '0.31%'],
  [0.972, '97.2%'],
  [0.99996, '99.99%'],
  [1, '100%'],
  [-0.88, '−88%'],
  [1.5, '150%'],
])('a share of %d is written %s', (share, text) => expect(formatShare(share)).toBe(text));

test('rates, counts and bytes', () => {
  expect(formatRate(12.44)).toBe('12.4/s');
  expect(formatCount(1_234_567)).toBe('1\u2009234\u2009567');
  expect(formatBytes(640)).toBe('640 B');
  expect(formatBytes(13_002_342)).toBe('12.4 MB');
});

test('a count stands with its noun', () => {
  expect([0, 1, 2, 1_200].map((count) => formatCounted(count, 'trace'))).toEqual([
    '0 traces',
    '1 trace',
    '2 traces',
    '1\u2009200 traces',
  ]);
});
