import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import type { StateMachine } from '../../state/state-machine.ts';
import { memberStopped } from '../member-end.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ClusterTime } from './cluster-time.ts';
import { sequenceOf } from './envelope.ts';
import { decodeForward, type ForwardRefusal } from './forward-messages.ts';
import { type ProposalPort, Proposals } from './proposals.ts';

const stopped = memberStopped('here');
const command = Uint8Array.of(1, 2, 3);

/** What {@link StateMachine.apply} says of a command; nobody looks into it here. */
const applied = {} as ReturnType<StateMachine['apply']>;

type ChangingPort = { -readonly [Key in keyof ProposalPort]: ProposalPort[Key] };

function followerOf(leader: string, term: number): ChangingPort {
  return {
    role: 'follower',
    term,
    leader,
    readOnly: false,
    propose: () => ({ outcome: 'refused', refusal: 'not-leader', leader, detail: undefined }),
    post: () => false,
    touch: () => {},
  };
}

function proposalsOn(port: ProposalPort, world: ManualWorld): Proposals {
  return new Proposals(port, world, new ClusterTime(0, 0), {
    proposals: 3,
    proposalBytes: 1_000,
    commandBytes: 100,
    requestTimeout: 1_000_000,
    retryAfter: 100_000,
  });
}

describe('proposals of a follower', () => {
  test('do not pile up while the leader is heard and cannot be reached', async () => {
    const world = new ManualWorld({ seed: 1 });
    const port = followerOf('far', 5);
    const proposals = proposalsOn(port, world);
    const outcomes: Promise<string>[] = [];
    const propose = (): void => {
      outcomes.push(
        proposals.propose(command, undefined).then(
          () => 'decided',
          (error: { code: string; executed: string }) => `${error.code} ${error.executed}`,
        ),
      );
      proposals.flush();
    };
    for (let count = 0; count < 3; count++) propose();
    await world.advance('2s');
    propose();
    expect(await Promise.all(outcomes)).toEqual([
      'REQUEST_TIMED_OUT maybe',
      'REQUEST_TIMED_OUT maybe',
      'REQUEST_TIMED_OUT maybe',
      'TOO_MANY_REQUESTS no',
    ]);
    // Another leader is another stream.
    port.term = 6;
    propose();
    await world.advance('2s');
    expect(await outcomes.at(-1)).toBe('REQUEST_TIMED_OUT maybe');
    proposals.stop(stopped);
    expect(world.pendingTimers).toBe(0);
  });

  test.for<ForwardRefusal>(['transferring', 'busy'])(
    'are proposed once where they are proposed anew, however late their first leader says %s',
    async (refusal) => {
      const world = new ManualWorld({ seed: 1 });
      const port = followerOf('old', 5);
      const proposals = proposalsOn(port, world);
      const forwards: Uint8Array[] = [];
      port.post = (_, message) => forwards.push(message.slice()) > 0;
      const decided = proposals.propose(command, undefined);
      proposals.flush();
      const reader = new ByteReader(forwards[0]!);
      reader.u8();
      const { origin, stream } = decodeForward(reader);

      // This member leads now, and what the old leader was handed and is not applied never will be.
      const proposed: number[] = [];
      port.role = 'leader';
      port.term = 6;
      port.leader = 'here';
      port.propose = (sealed) => {
        proposed.push(sequenceOf(sealed));
        return { outcome: 'proposed', index: 10 + proposed.length, term: 6 };
      };
      proposals.termBegan(6);
      proposals.flush();
      proposals.receiveAnswer('old', { term: 5, origin, stream, next: 0, refusal });
      await world.advance('200ms');
      proposals.flush();
      expect(proposed).toEqual([1]);
      proposals.applied(1, applied);
      expect(await decided).toBe(applied);
      proposals.stop(stopped);
    },
  );

  test('are said to be undone by a member that stops only where no leader has them', async () => {
    const world = new ManualWorld({ seed: 1 });
    const port = followerOf('far', 5);
    const proposals = proposalsOn(port, world);
    const outcomeOf = (decided: Promise<unknown>): Promise<unknown> =>
      decided.catch(({ code, executed }) => `${code} ${executed}`);
    const handedOn = outcomeOf(proposals.propose(command, undefined));
    proposals.flush();
    port.leader = undefined;
    const waiting = outcomeOf(proposals.propose(command, undefined));
    proposals.stop(stopped);
    const late = outcomeOf(proposals.propose(command, undefined));
    expect(await Promise.all([handedOn, waiting, late])).toEqual([
      'MEMBER_STOPPED maybe',
      'MEMBER_STOPPED no',
      'MEMBER_STOPPED no',
    ]);
    expect(world.pendingTimers).toBe(0);
  });
});
