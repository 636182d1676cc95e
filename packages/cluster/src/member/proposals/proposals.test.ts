import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { ClusterTime } from './cluster-time.ts';
import { type ProposalPort, Proposals } from './proposals.ts';

const command = Uint8Array.of(1, 2, 3);

describe('proposals of a follower', () => {
  test('do not pile up while the leader is heard and cannot be reached', async () => {
    const world = new ManualWorld({ seed: 1 });
    const port: { -readonly [Key in keyof ProposalPort]: ProposalPort[Key] } = {
      role: 'follower',
      term: 5,
      leader: 'far',
      readOnly: false,
      propose: () => ({ outcome: 'refused', refusal: 'not-leader', leader: 'far', detail: undefined }),
      post: () => false,
      touch: () => {},
    };
    const proposals = new Proposals(port, world, new ClusterTime(0, 0), {
      proposals: 3,
      proposalBytes: 1_000,
      commandBytes: 100,
      requestTimeout: 1_000_000,
      retryAfter: 100_000,
    });
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
    proposals.stop(new Error('over'));
    expect(world.pendingTimers).toBe(0);
  });
});
