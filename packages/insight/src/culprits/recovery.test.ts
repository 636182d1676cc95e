import { expect, test } from 'vitest';
import { persistence, type Visit } from './recovery.ts';

/** One visit after the other: `x` went wrong, `.` well. */
const met = (course: string): Visit[] =>
  [...course].map((each, at) => ({ at, gravity: each === 'x' ? 1 : 0 }));

test('trouble that goes on goes on, also where it strikes some only', () => {
  expect(persistence(met('xxxxxxxxxx'), 0)).toBe(1);
  expect(persistence(met('.x.x.x.x.x.x.x.x.x.x.x'), 0)).toBeCloseTo(1, 0);
  expect(persistence(met('.'.repeat(50) + 'x'.repeat(5)), 0)).toBe(1);
});

test('who does well again is in less trouble with each visit, but it is not forgotten', () => {
  const after = (count: number): number => persistence(met('x'.repeat(20) + '.'.repeat(count)), 0);
  expect(after(10)).toBeLessThan(after(3));
  expect(after(40)).toBeLessThan(0.25);
  expect(after(500)).toBeGreaterThan(0.05);
});

test('who was asked nothing since is no better than it was', () => {
  expect(persistence(met('......xxxx'), 0)).toBe(1);
});

test('what is usual is no trouble', () => {
  const often = `${'x.'.repeat(20)}${'x'.repeat(20)}`;
  expect(persistence(met(often + 'x.'.repeat(40)), 0.5)).toBeLessThan(persistence(met(often), 0.5));
});
