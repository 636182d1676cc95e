import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  [0, '0'],
  [0.0001, '<1 µs'],
  [0.84, '840 µs'],
  [0.9996, '1 ms'],
  [12.4, '12.4 ms'],
  [999.6, '1 s'],
  [1250, '1.25 s'],
  [59_960, '1m'],
  [125_000, '2m 05s'],
  [11_520_000, '3h 12m'],
  [352_800_000, '4d 2h'],
  [-20, '−20 ms'],
])('%d ms is written %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

test.each([
  ['250ms', 250],
  ['1.5 s', 1500],
  ['80', 80],
  ['12us', 0.012],
  ['2m', 120_000],
  ['2m 05s', 125_000],
  ['1h30m', 5_400_000],
])('%s is read as %d ms', (text, milliseconds) => expect(parseDuration(text)).toBeCloseTo(milliseconds));

test.each(['', 'soon', '-5ms', '5 x', '1e3'])('%j is no duration', (text) =>
  expect(parseDuration(text)).toBeUndefined(),
);

test('what is written is read again, within what its digits tell', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 3_500_000, noNaN: true }), (milliseconds) => {
      // Three digits, and from a minute on whole seconds.
      const share = milliseconds < 59_950 ? 0.006 : 0.0084;
      const again = parseDuration(formatDuration(milliseconds))!;
      expect(Math.abs(again - milliseconds)).toBeLessThanOrEqual(milliseconds * share + 0.00001);
    }),
  );
});
