import { expect, test } from 'vitest';
import { formatRetryAfter, parseRetryAfter } from './retry-after.ts';

const wall = Date.UTC(1994, 10, 6, 8, 49, 30);

test.each([
  ['0', 0],
  ['120', 120_000],
  [' 3 ', 3000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 7000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 7000],
  ['Sun Nov  6 08:49:37 1994', 7000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ['9'.repeat(400), 31_536_000_000],
  ['1.5', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['', undefined],
  ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
  ['2026-01-01', undefined],
])('%j asks for %s ms', (header, millis) => {
  expect(parseRetryAfter(header, wall)).toBe(millis);
});

test('a date says nothing to who does not know the time', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', undefined)).toBeUndefined();
});

test('seconds are rounded up', () => {
  expect([0, 1, 1000, 1001].map(formatRetryAfter)).toEqual(['0', '1', '1', '2']);
});
