import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeTicks } from './time-ticks.ts';

test('ticks are round, within the window, and not more than asked for', () => {
  fc.assert(
    fc.property(
      fc.nat(2_000_000_000),
      fc.integer({ min: 1000, max: 40 * 86_400_000 }),
      fc.integer({ min: 2, max: 12 }),
      (from, length, most) => {
        const ticks = timeTicks({ from, to: from + length }, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        for (const { at } of ticks) {
          expect(at).toBeGreaterThanOrEqual(from);
          expect(at).toBeLessThanOrEqual(from + length);
          expect(at % 1000).toBe(0);
        }
      },
    ),
  );
});

test('a quarter of an hour is told in minutes, a minute in seconds', () => {
  const noon = new Date(2026, 10, 28, 12).getTime();
  expect(timeTicks({ from: noon, to: noon + 900_000 }, 4).map(({ text }) => text)).toEqual([
    '12:05',
    '12:10',
  ]);
  expect(timeTicks({ from: noon, to: noon + 60_000 }, 4).map(({ text }) => text)).toContain('12:00:15');
});

test('an empty window has none', () => {
  expect(timeTicks({ from: 5, to: 5 }, 4)).toEqual([]);
});
