import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Duration, formatMicros, toMicros, toMillis, toPositiveMicros } from './duration.ts';

describe('toMicros', () => {
  test.each<[Duration, number]>([
    [0, 0],
    [250, 250_000],
    [0.0004, 0],
    [1.5, 1_500],
    ['7us', 7],
    ['250ms', 250_000],
    ['1.5s', 1_500_000],
    ['2m', 120_000_000],
    ['1h', 3_600_000_000],
    ['36525d', 36_525 * 86_400_000_000],
  ])('%s is %d microseconds', (duration, micros) => {
    expect(toMicros(duration)).toBe(micros);
  });

  test.each<unknown>([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '36526d',
    '1e3ms',
    '-1s',
    '1 s',
    's',
    '',
    '5',
    '5 minutes',
    null,
    undefined,
    {},
    7n,
  ])('refuses %s, naming the field and the value', (duration) => {
    expect(() => toMicros(duration as Duration, 'timeout')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^timeout is /) }),
    );
  });

  test('a number and its text in milliseconds are the same duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (millis) => {
        expect(toMicros(`${millis}ms`)).toBe(toMicros(millis));
        expect(toMillis(toMicros(millis))).toBe(millis);
      }),
    );
  });
});

test('toPositiveMicros refuses what rounds to nothing', () => {
  expect(toPositiveMicros('1us')).toBe(1);
  expect(() => toPositiveMicros(0, 'interval')).toThrow(
    'interval is 0, but must be a duration longer than zero',
  );
  expect(() => toPositiveMicros(0.0004)).toThrow('longer than zero');
});

describe('formatMicros', () => {
  test.each([
    [0, '0us'],
    [850, '850us'],
    [12_500, '12.5ms'],
    [3_000_000, '3s'],
    [119_000_000, '119s'],
    [120_000_000, '2m'],
    [7_200_000_000, '2h'],
    [172_800_000_000, '2d'],
  ])('%d microseconds read %s', (micros, text) => {
    expect(formatMicros(micros)).toBe(text);
  });

  test('what it writes is a duration again, within a hundredth of its unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 36_500 * 86_400_000_000 }), (micros) => {
        const error = Math.abs(toMicros(formatMicros(micros) as Duration) - micros);
        expect(error).toBeLessThanOrEqual(micros * 0.006);
      }),
    );
  });
});
