import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Curve, GoldenSignals } from '../api/console-api.ts';
import { onsetOf, troubleSince } from './onset.ts';

const curve = (...values: readonly (number | null)[]): Curve => ({ from: 1000, step: 10, values });
const errors = (...values: readonly (number | null)[]) => onsetOf(curve(...values), 0.005);

test('what fails since a while began where it rose', () => {
  expect(errors(0, 0, 0.001, 0, 0.2, 0.3, 0.25, 0.3)).toBe(1040);
  expect(errors(null, 0, null, 0, 0, null, 0.2, 0.3, 0.25)).toBe(1060);
});

test('what is low, or was high all along, or is over, did not begin', () => {
  expect(errors(0, 0.001, 0, 0.002, 0, 0.001, 0)).toBeUndefined();
  expect(errors(0.3, 0.28, 0.3, 0.31, 0.27, 0.3)).toBeUndefined();
  expect(errors(0, 0, 0, 0.3, 0.3, 0.3, 0, 0, 0)).toBeUndefined();
  expect(errors()).toBeUndefined();
});

test('a step up is found wherever it is, for all that shakes', () => {
  const shaken = fc.double({ min: 0.8, max: 1.2, noNaN: true });
  const level = fc.double({ min: 1, max: 1000, noNaN: true });
  const length = fc.integer({ min: 4, max: 40 });
  fc.assert(
    fc.property(level, length, length, fc.infiniteStream(shaken), (low, before, after, noise) => {
      const values = Array.from({ length: before + after }, (_, index) => {
        return (index < before ? low : 3 * low) * noise.next().value;
      });
      expect(onsetOf(curve(...values), 0.001)).toBe(1000 + before * 10);
    }),
  );
});

test('durations tell where nothing fails', () => {
  const flat = curve(0, 0, 0, 0, 0, 0, 0, 0);
  const signals = { errors: flat, p95: curve(40, 42, 41, 40, 300, 310, 290, 305) } as GoldenSignals;
  expect(troubleSince(signals)).toBe(1040);
  const failing = { ...signals, errors: curve(0, 0, 0, 0, 0, 0.3, 0.3, 0.3) };
  expect(troubleSince(failing)).toBe(1050);
  expect(troubleSince({ ...signals, p95: flat })).toBeUndefined();
});
