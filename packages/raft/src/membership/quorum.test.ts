import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { majorityReached, majorityVote, quorumReached, quorumVote } from './quorum.ts';

const itself = (value: number): number => value;

test.each([
  [[], Number.POSITIVE_INFINITY],
  [[7], 7],
  [[7, 3], 3],
  [[7, 3, 5], 5],
  [[7, 3, 5, 9], 5],
  [[7, 3, 5, 9, 1], 5],
  [[2, 2, 2, 9, 9], 2],
  [[0, 0, 12], 0],
  [[Number.POSITIVE_INFINITY, 4, 4], 4],
])('a majority of %j has reached %s', (values, reached) => {
  expect(majorityReached(values, itself)).toBe(reached);
});

test.each([
  ['', 'won'],
  ['y', 'won'],
  ['n', 'lost'],
  ['?', 'pending'],
  ['yy?', 'won'],
  ['yn?', 'pending'],
  ['nn?', 'lost'],
  ['yyn?', 'pending'],
  ['yn?n', 'lost'],
  ['yyyn', 'won'],
  ['yynn', 'lost'],
])('an election with the votes %j is %s', (votes, result) => {
  const voters = [...votes].map((_, place) => place);
  const cast = new Map([...votes].flatMap((vote, place) => (vote === '?' ? [] : [[place, vote === 'y']])));
  expect(majorityVote(voters, cast)).toBe(result);
});

const subsets = (members: readonly number[]): number[][] =>
  Array.from({ length: 1 << members.length }, (_, bits) =>
    members.filter((_member, place) => ((bits >> place) & 1) === 1),
  );
const majorities = (members: readonly number[]): number[][] =>
  subsets(members).filter((set) => set.length * 2 > members.length);
const voters = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 6 });
const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 7, maxLength: 7 });

describe('laws, against all majorities', () => {
  test('what is reached is the best that all members of some majority of each half have reached', () => {
    fc.assert(
      fc.property(voters, voters, values, (incoming, outgoing, reached) => {
        const best = (half: readonly number[]): number =>
          half.length === 0
            ? Number.POSITIVE_INFINITY
            : Math.max(...majorities(half).map((set) => Math.min(...set.map((member) => reached[member]!))));
        expect(quorumReached(incoming, outgoing, (member) => reached[member]!)).toBe(
          Math.min(best(incoming), best(outgoing)),
        );
      }),
    );
  });

  test('an election is won by a majority of each half, and lost when none can come about any more', () => {
    const votes = fc.array(fc.constantFrom(true, false, undefined), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(voters, voters, votes, (incoming, outgoing, cast) => {
        const some = (half: readonly number[], test: (member: number) => boolean): boolean =>
          half.length === 0 || majorities(half).some((set) => set.every(test));
        const won = [incoming, outgoing].every((half) => some(half, (member) => cast[member] === true));
        const open = [incoming, outgoing].every((half) => some(half, (member) => cast[member] !== false));
        expect(quorumVote(incoming, outgoing, { get: (member) => cast[member] })).toBe(
          won ? 'won' : open ? 'pending' : 'lost',
        );
      }),
    );
  });
});
