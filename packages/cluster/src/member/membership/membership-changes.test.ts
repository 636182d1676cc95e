import { type HoldfastError, ManualWorld } from '@holdfast/core';
import type { Configuration, Proposal, RaftStatus } from '@holdfast/raft';
import { describe, expect, test } from 'vitest';
import { clusterErrors } from '../../errors.ts';
import type { Applied } from '../../state/state-machine.ts';
import { KnownMembers } from './known-members.ts';
import { MembershipChanges } from './membership-changes.ts';

const self = '000000000000000a';
const other = '000000000000000b';
const urls = ['http://c:2380'];
const done: Applied = { revision: 1, result: { response: {} } };
const stopped = clusterErrors.create('MEMBER_STOPPED', { message: 'the member has stopped' });

/** The changes on a leader of two members, whose proposals get index 10 of term 5 until `refusal` says otherwise. */
class Leader {
  readonly world = new ManualWorld({ seed: 1 });
  refusal: Proposal | undefined;
  note: () => Promise<Applied> = () => Promise.resolve(done);
  readonly changes: MembershipChanges;

  constructor() {
    const configuration: Configuration = {
      voters: [self, other],
      outgoing: [],
      learners: [],
      learnersNext: [],
      witnesses: [],
      leavesJoint: false,
    };
    const members = { version: 1, list: () => [], get: () => undefined, isRemoved: () => false };
    const peers = new Map([
      [self, ['http://a:2380']],
      [other, ['http://b:2380']],
    ]);
    const names = new Map([
      [self, 'a'],
      [other, 'b'],
    ]);
    const identity = { clusterId: '1', memberId: self, token: '', peers, names, founder: true };
    this.changes = new MembershipChanges({
      world: this.world,
      driver: {
        proposeMembers: () => this.refusal ?? { outcome: 'proposed', index: 10, term: 5 },
        raft: { id: self, status: () => ({ id: self, peers: [], lastIndex: 9 }) as unknown as RaftStatus },
      },
      known: new KnownMembers(identity, { members }, () => ({
        configuration,
        committedConfiguration: configuration,
      })),
      token: '',
      strict: false,
      downAfter: 1_000_000,
      timeout: 5_000_000,
      proposeHere: () => this.note(),
      seconds: () => 1,
    });
  }
}

async function failureOf(work: Promise<unknown>): Promise<HoldfastError> {
  try {
    await work;
  } catch (error) {
    return error as HoldfastError;
  }
  throw new Error('it did not fail');
}

/** Lets everything happen that needs no time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await null;
}

describe('a change of the membership', () => {
  test('was not made when its leader was deposed before', async () => {
    const { changes } = new Leader();
    const failing = failureOf(changes.remove(other));
    await settled();
    changes.termBegan(6);
    expect(await failing).toMatchObject({ code: 'LEADER_CHANGED', executed: 'no' });
  });

  test('may have been made when a snapshot has taken the place of the log', async () => {
    const { changes } = new Leader();
    const failing = failureOf(changes.remove(other));
    await settled();
    changes.covered();
    changes.termBegan(6);
    expect(await failing).toMatchObject({ code: 'LEADER_CHANGED', executed: 'maybe' });
  });

  test('that is not decided ends with its time, and lets the next have its turn', async () => {
    const { changes, world } = new Leader();
    const failing = failureOf(changes.remove(other));
    const next = changes.add(urls, true);
    await settled();
    await world.advance('6s');
    expect(await failing).toMatchObject({ code: 'REQUEST_TIMED_OUT', executed: 'maybe' });
    await settled();
    changes.applied(10, 5);
    expect(await next).toMatchObject({ peerUrls: urls });
    expect(world.pendingTimers).toBe(0);
  });

  test('is made, even where the state cannot be told any more', async () => {
    const leader = new Leader();
    const { changes } = leader;
    leader.note = () =>
      Promise.reject(clusterErrors.create('LEADER_CHANGED', { message: 'deposed', executed: 'no' }));
    const removing = changes.remove(other);
    await settled();
    changes.applied(10, 5);
    await removing;
  });

  test('ends when the member stops, whatever it waits for', async () => {
    const leader = new Leader();
    const { changes, world } = leader;
    leader.refusal = { outcome: 'refused', refusal: 'change-pending', leader: self, detail: '' };
    const failing = failureOf(changes.remove(other));
    await settled();
    changes.stop(stopped);
    leader.refusal = undefined;
    await world.advance('1s');
    expect(await failing).toBe(stopped);
    expect(world.pendingTimers).toBe(0);
  });
});
