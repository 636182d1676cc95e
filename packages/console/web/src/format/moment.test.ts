import { expect, test } from 'vitest';
import { formatAgo, formatMoment, formatMomentExactly, formatTimeExactly } from './moment.ts';

const noon = new Date(2026, 10, 28, 12, 4, 5, 67).getTime();

test('a moment has its day only where it is not today', () => {
  expect(formatMoment(noon, noon + 1000)).toBe('12:04');
  expect(formatMoment(noon, noon + 86_400_000)).toBe('28 Nov 12:04');
  expect(formatTimeExactly(noon)).toBe('12:04:05.067');
});

test('moments of another day are still told apart', () => {
  expect(formatMomentExactly(noon, noon + 1000)).toBe('12:04:05.067');
  expect(formatMomentExactly(noon, noon + 86_400_000)).toBe('28 Nov 12:04:05');
});

test.each([
  [500, 'now'],
  [12_000, '12s ago'],
  [119_000, '1m ago'],
  [7_300_000, '2h ago'],
  [200_000_000, '2d ago'],
])('%d ms before is %s', (before, text) => expect(formatAgo(noon - before, noon)).toBe(text));
