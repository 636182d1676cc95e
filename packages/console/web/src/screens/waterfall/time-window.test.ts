import fc from 'fast-check';
import { expect, test } from 'vitest';
import { between, moved, ticks, wholeOf, zoomed } from './time-window.ts';

const whole = wholeOf(1000);

test('what is under the pointer stays there while one zooms', () => {
  const window = zoomed({ from: 200, to: 600 }, 300, 2, whole);
  expect(window).toEqual({ from: 250, to: 450 });
});

test('nobody leaves the trace', () => {
  const place = fc.double({ min: -500, max: 1500, noNaN: true });
  const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(place, factor, place), { maxLength: 20 }), (steps) => {
      let window = whole;
      for (const [anchor, by, move] of steps) {
        window = moved(zoomed(window, anchor, by, whole), move, whole);
        expect(window.from).toBeGreaterThanOrEqual(0);
        expect(window.to).toBeLessThanOrEqual(1000 + 1e-9);
        expect(window.to).toBeGreaterThan(window.from);
      }
    }),
  );
});

test('two times make a window whichever comes first', () => {
  expect(between(300, 100, whole)).toEqual({ from: 100, to: 300 });
  expect(between(400, 500, whole, 0.1)).toEqual({ from: 390, to: 510 });
});

test('a trace of no duration can be looked at', () => {
  expect(wholeOf(0).to).toBeGreaterThan(0);
});

test.each([
  [0, 100, 5, [0, 20, 40, 60, 80, 100]],
  [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [12, 31, 4, [15, 20, 25, 30]],
])('between %d and %d, times are round', (from, to, wish, expected) => {
  const times = ticks({ from, to }, wish);
  expect(times).toHaveLength(expected.length);
  times.forEach((time, index) => {
    expect(time).toBeCloseTo(expected[index]!, 9);
  });
});
