import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationScale, nearestTo } from './duration-scale.ts';

const durations = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { maxLength: 50 });

test('every duration has a place on the scale, longer ones higher', () => {
  fc.assert(
    fc.property(durations, (given) => {
      const { place, ticks } = durationScale(given);
      for (const duration of given) {
        expect(place(duration)).toBeGreaterThanOrEqual(0);
        expect(place(duration)).toBeLessThanOrEqual(1);
      }
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(14);
      for (const [index, tick] of ticks.entries()) {
        if (index > 0) expect(place(tick)).toBeGreaterThan(place(ticks[index - 1]!));
      }
    }),
  );
});

test('a place leads back to its duration', () => {
  const { place, value } = durationScale([1, 5000]);
  for (const duration of [1, 20, 333, 5000]) expect(value(place(duration))).toBeCloseTo(duration, 6);
});

test('the nearest is found, unless it is too far', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
  ];
  const self = (point: { x: number; y: number }) => point;
  expect(nearestTo({ x: 7, y: 1 }, points, self, 5)).toBe(points[1]);
  expect(nearestTo({ x: 3, y: 1 }, points, self, 20)).toBe(points[0]);
  expect(nearestTo({ x: 7, y: 9 }, points, self, 5)).toBeUndefined();
});
