import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Configuration, MemberChange, MembersChange } from './configuration.ts';
import { emptyConfiguration } from './membership.ts';
import { planChange, quorumsOverlap } from './membership-change.ts';

const three: Configuration = { ...emptyConfiguration, voters: ['a', 'b', 'c'] };

function change(text: string, by: 'automatic' | 'joint' | 'joint-explicit' = 'automatic'): MembersChange {
  const members = text.split(' ').map((word) => {
    const [member, role] = word.split('=');
    return { member, role } as MemberChange;
  });
  return { kind: 'change', members, by };
}

test.each<[string, MembersChange, Partial<Configuration>]>([
  ['a voter more', change('d=voter'), { voters: ['a', 'b', 'c', 'd'] }],
  ['a voter less', change('b=removed'), { voters: ['a', 'c'] }],
  ['a learner', change('d=learner'), { voters: ['a', 'b', 'c'], learners: ['d'] }],
  ['several learners', change('e=learner d=learner'), { voters: ['a', 'b', 'c'], learners: ['d', 'e'] }],
  ['a demotion', change('b=learner'), { voters: ['a', 'c'], learners: ['b'] }],
  ['a witness', change('w=witness'), { voters: ['a', 'b', 'c', 'w'], witnesses: ['w'] }],
  [
    'a replacement, jointly',
    change('d=voter b=removed'),
    { voters: ['a', 'c', 'd'], outgoing: ['a', 'b', 'c'], leavesJoint: true },
  ],
  [
    'a demotion, jointly: a learner only when it is left',
    change('d=voter b=learner'),
    { voters: ['a', 'c', 'd'], outgoing: ['a', 'b', 'c'], learnersNext: ['b'], leavesJoint: true },
  ],
  [
    'one voter more, jointly, until told to leave',
    change('d=voter', 'joint-explicit'),
    { voters: ['a', 'b', 'c', 'd'], outgoing: ['a', 'b', 'c'] },
  ],
])('plans %s', (_name, wanted, expected) => {
  const configuration = { ...emptyConfiguration, ...expected };
  expect(planChange(three, wanted)).toEqual({ outcome: 'planned', configuration });
});

test('leaving makes learners of those that were to be', () => {
  const joint: Configuration = {
    voters: ['a', 'w'],
    outgoing: ['a', 'b', 'x'],
    learners: ['z'],
    learnersNext: ['b'],
    witnesses: ['w', 'x'],
    leavesJoint: false,
  };
  expect(planChange(joint, { kind: 'leave-joint' })).toEqual({
    outcome: 'planned',
    configuration: { ...emptyConfiguration, voters: ['a', 'w'], learners: ['b', 'z'], witnesses: ['w'] },
  });
});

const ids = ['a', 'b', 'c', 'd', 'e'] as const;
const changes = fc.array(
  fc.record({
    members: fc.array(
      fc.record({
        member: fc.constantFrom(...ids),
        role: fc.constantFrom<MemberChange['role']>('voter', 'learner', 'witness', 'removed'),
      }),
      { maxLength: 4 },
    ),
    by: fc.constantFrom<'automatic' | 'joint' | 'joint-explicit'>('automatic', 'joint', 'joint-explicit'),
    leave: fc.boolean(),
  }),
  { maxLength: 12 },
);

/** Whether two sets of members that could decide have nobody in common. */
function canDecideApart(before: Configuration, after: Configuration): boolean {
  const decides = (configuration: Configuration, set: number): boolean =>
    [configuration.voters, configuration.outgoing].every(
      (half) =>
        half.length === 0 ||
        half.filter((id) => ((set >> ids.indexOf(id as 'a')) & 1) === 1).length * 2 > half.length,
    );
  for (let set = 0; set < 32; set++) {
    if (decides(before, set) && decides(after, 31 & ~set)) return true;
  }
  return false;
}

describe('laws over any sequence of changes', () => {
  const follow = (
    all: ReturnType<typeof changes.generate>['value'],
    check: (b: Configuration, a: Configuration) => void,
  ): void => {
    let current = three;
    for (const { leave, ...wanted } of all) {
      const plan = planChange(current, leave ? { kind: 'leave-joint' } : { kind: 'change', ...wanted });
      if (plan.outcome === 'invalid') continue;
      check(current, plan.configuration);
      current = plan.configuration;
    }
  };

  test('no two configurations in a row can decide apart', () => {
    fc.assert(
      fc.property(changes, (all) =>
        follow(all, (before, after) => {
          expect(quorumsOverlap(before, after)).toBe(true);
          expect(canDecideApart(before, after)).toBe(false);
        }),
      ),
    );
  });

  test('every majority has somebody who keeps commands, and everybody has one role', () => {
    fc.assert(
      fc.property(changes, (all) =>
        follow(all, (_before, { voters, outgoing, learners, learnersNext, witnesses }) => {
          for (const half of [voters, outgoing]) {
            expect(half.filter((id) => witnesses.includes(id)).length).toBeLessThanOrEqual(half.length / 2);
          }
          const voting = new Set([...voters, ...outgoing]);
          expect(learners.filter((id) => voting.has(id))).toEqual([]);
          expect(learnersNext.filter((id) => !outgoing.includes(id) || voters.includes(id))).toEqual([]);
        }),
      ),
    );
  });
});

test('says of configurations that could decide apart that they do not overlap', () => {
  const of = (...voters: string[]): Configuration => ({ ...emptyConfiguration, voters });
  expect(quorumsOverlap(of('a', 'b', 'c'), of('a', 'b', 'd'))).toBe(false);
  expect(quorumsOverlap(of('a'), of('a', 'b', 'c'))).toBe(false);
  expect(quorumsOverlap(of('a', 'b', 'c'), { ...of('d'), outgoing: ['a', 'b'] })).toBe(false);
  expect(quorumsOverlap({ ...of('d'), outgoing: ['a', 'b'] }, of('a'))).toBe(false);
});
