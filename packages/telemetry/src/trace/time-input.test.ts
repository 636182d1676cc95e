import { expect, test } from 'vitest';
import { microsOf } from './time-input.ts';

const offset = 1_700_000_000_000_000;

test.each([
  ['a date', new Date(1_700_000_000_123), 1_700_000_000_123_000],
  ['milliseconds of the epoch', 1_700_000_000_123.25, 1_700_000_000_123_250],
  ['seconds and nanoseconds', [1_700_000_000, 123_456_789] as [number, number], 1_700_000_000_123_457],
  ['a reading of performance.now()', 1_500.5, offset + 1_500_500],
  ['a reading of process.hrtime()', [1, 500_000_000] as [number, number], offset + 1_500_000],
])('%s', (_what, time, micros) => {
  expect(microsOf(time, offset)).toBe(micros);
});
