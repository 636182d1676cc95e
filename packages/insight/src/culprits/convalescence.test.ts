import { expect, test } from 'vitest';
import { type Encounter, presence } from './convalescence.ts';

/** One encounter after the other: `x` went wrong, `.` well. */
const met = (course: string): Encounter[] =>
  [...course].map((each, at) => ({ at, gravity: each === 'x' ? 1 : 0 }));

test('trouble that goes on is present, also where it strikes some only', () => {
  expect(presence(met('xxxxxxxxxx'), 0)).toBe(1);
  expect(presence(met('.x.x.x.x.x.x.x.x.x.x.x'), 0)).toBeCloseTo(1, 0);
  expect(presence(met('.'.repeat(50) + 'x'.repeat(5)), 0)).toBe(1);
});

test('who does well again is in less trouble with each encounter, but it is not forgotten', () => {
  const after = (count: number): number => presence(met('x'.repeat(20) + '.'.repeat(count)), 0);
  expect(after(10)).toBeLessThan(after(3));
  expect(after(40)).toBeLessThan(0.25);
  expect(after(500)).toBeGreaterThan(0.05);
});

test('who was asked nothing since is no better than it was', () => {
  expect(presence(met('......xxxx'), 0)).toBe(1);
});

test('what is usual is no trouble', () => {
  const often = `${'x.'.repeat(20)}${'x'.repeat(20)}`;
  expect(presence(met(often + 'x.'.repeat(40)), 0.5)).toBeLessThan(presence(met(often), 0.5));
});
