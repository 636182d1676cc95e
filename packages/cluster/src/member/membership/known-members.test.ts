import type { Configuration } from '@holdfast/raft';
import { expect, test } from 'vitest';
import { KnownMembers } from './known-members.ts';

const founder = '000000000000000a';
const joining = '000000000000000c';
const configurationOf = (...learners: readonly string[]): Configuration => {
  return { voters: [founder], outgoing: [], learners, learnersNext: [], witnesses: [], leavesJoint: false };
};

test('a member that is being added takes part here, and is told to others when it is committed', () => {
  const members = { version: 1, list: () => [], get: () => undefined, isRemoved: () => false };
  const identity = { clusterId: '1', memberId: founder, token: '', names: new Map(), founder: true };
  const raft = { configuration: configurationOf(joining), committedConfiguration: configurationOf() };
  const known = new KnownMembers({ ...identity, peers: new Map() }, { members }, () => raft);
  const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);
  expect(idsOf(known.list())).toEqual([founder, joining]);
  expect(idsOf(known.committed())).toEqual([founder]);
  raft.committedConfiguration = raft.configuration;
  expect(idsOf(known.committed())).toEqual([founder, joining]);
});
