import { expect, test } from 'vitest';
import type { Configuration } from './configuration.ts';
import { emptyConfiguration } from './membership.ts';
import { MembershipHistory } from './membership-history.ts';

const of = (...voters: string[]): Configuration => ({ ...emptyConfiguration, voters });

test('knows who took part when, back to where the log begins', () => {
  const history = new MembershipHistory(undefined, 0);
  history.add(of('a'), 1);
  history.add(of('a', 'b'), 5);
  history.add(of('a', 'b', 'c'), 9);
  expect([0, 1, 4, 5, 8, 9, 99].map((index) => history.at(index).index)).toEqual([0, 1, 1, 5, 5, 9, 9]);
  history.compact(6);
  expect(history.at(6).index).toBe(5);
  expect(() => history.at(4)).toThrow('no configuration known at 4: the first one is at 5');
});

test('goes back to the one before when the log is truncated', () => {
  const history = new MembershipHistory(of('a'), 1);
  history.add(of('a', 'b'), 5);
  history.truncateFrom(6);
  expect(history.current.index).toBe(5);
  history.truncateFrom(5);
  expect(history.current.configuration).toEqual(of('a'));
  expect(() => history.truncateFrom(1)).toThrow('no configuration left before the truncation from 1');
});

test('takes none that is out of order, or could decide apart from the one before', () => {
  const history = new MembershipHistory(of('a', 'b'), 5);
  expect(() => history.add(of('a'), 5)).toThrow('configuration at 5 after the one at 5');
  expect(() => history.add(of('c', 'd'), 6)).toThrow('majorities without a common member');
});
