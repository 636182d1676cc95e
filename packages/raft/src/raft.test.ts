import { seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import type { Entry } from './log/entry.ts';
import { bootstrapState, emptyState, type SnapshotMetadata, type StoredState } from './log/stored-state.ts';
import { emptyConfiguration } from './membership/membership.ts';
import { Raft } from './raft.ts';

const options = { id: 'a', random: seededRandom('raft') };

/** A cluster of one, which leads and has applied all it has. */
function alone(): Raft<string> {
  const raft = new Raft<string>(options, bootstrapState(['a']), 0);
  raft.campaign(0);
  settle(raft);
  return raft;
}

function settle(raft: Raft<string>): void {
  for (let output = raft.take(); output !== undefined; output = raft.take()) {
    if (output.write !== undefined) raft.written(output.write.sequence, 0);
    for (const entry of output.committed) raft.applied(entry.index);
  }
}

function entry(index: number, term: number): Entry<string> {
  return { kind: 'command', index, term, bytes: 1, command: 'x' };
}

function snapshot(index: number, term: number): SnapshotMetadata {
  return { id: 's', index, term, configuration: emptyConfiguration, configurationIndex: 0, bytes: 1 };
}

describe('bad input is refused at the door', () => {
  test.each<[string, (raft: Raft<string>) => unknown]>([
    ['bytes is -1, but must be a whole number of bytes', (raft) => raft.propose('x', -1, 0)],
    [
      'message.to is "b", but must be a, who receives it',
      (raft) => raft.receive({ kind: 'timeout-now', from: 'c', to: 'b', term: 2 }, 0),
    ],
    ['index is 9, but must be from 1 to 2, what is applied', (raft) => raft.describeSnapshot(9, 's', 1)],
    ['bytes is 0.5, but must be a whole number of bytes', (raft) => raft.describeSnapshot(2, 's', 0.5)],
    ['snapshot.index is 9, but must be at most 2', (raft) => raft.compact(snapshot(9, 2), 0)],
    ['tail is -1, but must be a whole number of entries', (raft) => raft.compact(snapshot(2, 2), -1)],
  ])('%s', (message, act) => {
    expect(() => act(alone())).toThrow(message);
  });
});

describe('what contradicts itself is stopped', () => {
  test.each<[string, (raft: Raft<string>) => unknown]>([
    [
      'time falls from 5 to 4',
      (raft) => {
        raft.wake(5);
        raft.wake(4);
      },
    ],
    ['applied 3, but only 2 was handed out', (raft) => raft.applied(3)],
    ['batch 9 written, but the last is 2', (raft) => raft.written(9, 0)],
    [
      'b leads in term 2 besides a',
      (raft) => raft.receive({ kind: 'heartbeat', from: 'b', to: 'a', term: 2, commit: 0, round: 1 }, 0),
    ],
  ])('%s', (message, act) => {
    expect(() => act(alone())).toThrow(message);
  });

  const hardState = { term: 3, vote: undefined, commit: 0 };
  test.each<[string, Partial<StoredState<string>>]>([
    ["commit 7 beyond the log's end 1", { hardState: { ...hardState, commit: 7 }, entries: [entry(1, 1)] }],
    ['stored term 3, but the log ends with term 4', { entries: [entry(1, 4)] }],
    ['stored entries begin at 2 after 0', { entries: [entry(2, 1)] }],
    ['entry 3 appended after 1', { entries: [entry(1, 1), entry(3, 1)] }],
    [
      'stored entries end at 2, before their snapshot ends at 5',
      { snapshot: snapshot(5, 1), entries: [entry(1, 1), entry(2, 1)] },
    ],
    [
      'stored snapshot ends with term 1, its last entry has 2',
      { snapshot: snapshot(2, 1), entries: [entry(1, 1), entry(2, 2)] },
    ],
  ])('in what is stored: %s', (message, stored) => {
    expect(() => new Raft<string>(options, { ...emptyState(), hardState, ...stored }, 0)).toThrow(message);
  });
});

test('a member that starts says what it has, and wants a timer only if it may campaign', () => {
  const raft = new Raft<string>(options, bootstrapState(['b', 'a']), 7);
  expect(raft.status()).toEqual({
    id: 'a',
    role: 'follower',
    term: 1,
    leader: undefined,
    commitIndex: 1,
    appliedIndex: 0,
    lastIndex: 1,
    configuration: { ...emptyConfiguration, voters: ['a', 'b'] },
    transferringTo: undefined,
    peers: [],
  });
  expect(raft.wakeAt).toBeGreaterThanOrEqual(1_000_007);
  expect(raft.wakeAt).toBeLessThan(2_000_007);
  expect(new Raft<string>(options, emptyState(), 0).wakeAt).toBe(Number.POSITIVE_INFINITY);
});

test('a leader knows what followers that it hears from still need of its log', () => {
  const raft = new Raft<string>({ ...options, preVote: false }, bootstrapState(['a', 'b', 'c']), 0);
  const answers = { to: 'a', term: 2, round: 0 };
  const takes = (from: string, index: number): void => {
    raft.receive({ kind: 'append-response', ...answers, from, index, rejected: undefined }, 0);
    settle(raft);
  };
  expect(raft.firstNeeded(0)).toBe(2);
  raft.campaign(0);
  settle(raft);
  raft.receive({ kind: 'vote-response', from: 'b', to: 'a', term: 2, preVote: false, granted: true }, 0);
  settle(raft);
  for (let count = 0; count < 3; count++) raft.propose('x', 1, 0);
  settle(raft);
  takes('b', 5);
  expect(raft.firstNeeded(0)).toBe(1);
  expect(raft.firstNeeded(1_000_000)).toBe(6);

  raft.compact(raft.describeSnapshot(5, 's', 1), 0);
  const rejected = { hintIndex: 0, hintTerm: 0 };
  raft.receive({ kind: 'append-response', ...answers, from: 'c', index: 1, rejected }, 0);
  settle(raft);
  for (let count = 0; count < 2; count++) raft.propose('x', 1, 0);
  settle(raft);
  takes('b', 7);
  expect(raft.status().peers.find(({ id }) => id === 'c')).toMatchObject({ stage: 'snapshot' });
  expect(raft.firstNeeded(0)).toBe(6);
});

test('what was taken is not given again', () => {
  const raft = alone();
  raft.propose('x', 1, 0);
  expect(raft.take()?.write?.entries.length).toBe(1);
  expect(raft.take()).toBe(undefined);
});

test('no more is handed out to be applied than may be under way', () => {
  const raft = new Raft<string>({ ...options, applyBytesMax: 20 }, bootstrapState(['a']), 0);
  raft.campaign(0);
  settle(raft);
  for (let count = 0; count < 5; count++) raft.propose('x', 9, 0);
  raft.written(raft.take()!.write!.sequence, 0);
  const indexes = (): number[] | undefined => raft.take()?.committed.map(({ index }) => index);
  expect([indexes(), indexes()]).toEqual([[3, 4], [5]]);
  expect(indexes()).toBe(undefined);
  raft.applied(5);
  expect(indexes()).toEqual([6, 7]);
});
