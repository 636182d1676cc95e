import { describe, expect, test } from 'vitest';
import type { Consensus } from '../../consensus.ts';
import { Agreement } from './agreement.ts';

function member(state: string, term: number, applied: readonly string[]): Consensus {
  return { state, term, applied, leader: undefined, propose: () => '', waitCommitted: () => {} };
}

function agreementOn(...values: readonly string[]): Agreement {
  const agreement = new Agreement();
  for (const value of values) agreement.proposing(value);
  return agreement;
}

describe('Agreement', () => {
  test('is content with members that apply the same, one later than the other', () => {
    const agreement = agreementOn('x', 'y');
    agreement.observe('a', member('leader', 1, ['x', 'y']));
    agreement.observe('b', member('follower', 1, ['x']));
    expect(agreement.decided).toEqual(['x', 'y']);
    expect(agreement.isDecided('y')).toBe(true);
    expect(agreement.isDecided('z')).toBe(false);
  });

  test('sees two orders', () => {
    const agreement = agreementOn('x', 'y');
    agreement.observe('a', member('follower', 1, ['x', 'y']));
    expect(() => agreement.observe('b', member('follower', 1, ['y']))).toThrow('b applied y at 0');
  });

  test('sees a value that nobody proposed, and one that is applied twice', () => {
    expect(() => agreementOn().observe('a', member('follower', 1, ['x']))).toThrow('nobody proposed');
    expect(() => agreementOn('x').observe('a', member('follower', 1, ['x', 'x']))).toThrow('a second time');
  });

  test('sees two leaders of one term, and none where a leader of an earlier term has not heard of it', () => {
    const agreement = agreementOn();
    agreement.observe('a', member('leader', 1, []));
    agreement.observe('b', member('leader', 2, []));
    expect(() => agreement.observe('c', member('leader', 2, []))).toThrow('both b and c lead in term 2');
  });

  test('sees a term that falls, also through a restart, but not while a member recovers', () => {
    const agreement = agreementOn();
    agreement.observe('a', member('follower', 3, []));
    agreement.observe('a', member('recovering', 0, []));
    expect(() => agreement.observe('a', member('follower', 2, []))).toThrow('fell from term 3 back to 2');
  });

  test('sees a process that has applied less than before', () => {
    const agreement = agreementOn('x');
    const applied = ['x'];
    const shrinking = member('follower', 1, applied);
    agreement.observe('a', shrinking);
    applied.length = 0;
    expect(() => agreement.observe('a', shrinking)).toThrow('now has 0');
  });
});
