import { expect, test } from 'vitest';
import type { AdminClusterMember } from '../../api/console-api.ts';
import { logScale } from './log-scale.ts';

const member = (appliedIndex: number, commitIndex: number, lastIndex: number) =>
  ({ appliedIndex, commitIndex, lastIndex }) as AdminClusterMember;

test('the one that is ahead reaches the end, and one that lags is visibly behind', () => {
  const ahead = member(1000, 1000, 1000);
  const behind = member(800, 900, 900);
  const { placesOf } = logScale([ahead, behind]);
  expect(placesOf(ahead)).toEqual({ applied: 1, committed: 1, last: 1 });
  const places = placesOf(behind);
  expect(places.applied).toBeCloseTo(0.2);
  expect(places.committed).toBeCloseTo(0.6);
});

test('an entry more or less is no gulf', () => {
  const { placesOf } = logScale([member(999, 999, 1000), member(1000, 1000, 1000)]);
  expect(placesOf(member(999, 999, 1000)).applied).toBeGreaterThan(0.95);
});

test('members of whom nothing is known, and empty logs, are borne', () => {
  expect(logScale([member(0, 0, 0)]).placesOf(member(0, 0, 0)).last).toBe(0);
  expect(logScale([member(50, 50, 50), member(0, 0, 0)]).placesOf(member(0, 0, 0)).last).toBe(0);
});
