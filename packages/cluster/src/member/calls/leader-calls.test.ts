import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { clusterErrors } from '../../errors.ts';
import { LeaderCalls } from './leader-calls.ts';
import { PeerCalls, type Serve } from './peer-calls.ts';

const never: Serve = () => new Promise(() => {});
const body = new Uint8Array(0);

/** What asks the leader, which is this member or another one that does not answer. */
function calls(
  leader: 'self' | 'other' | undefined,
  serve: Serve = never,
): { world: ManualWorld; calls: LeaderCalls } {
  const world = new ManualWorld({ seed: 1 });
  return {
    world,
    calls: new LeaderCalls({
      world,
      id: 'self',
      leader: () => leader,
      calls: new PeerCalls(world, () => true, never),
      serve,
      attemptTimeout: 1_000_000,
      requestTimeout: 5_000_000,
    }),
  };
}

describe('what a leader is asked', { timeout: 30_000 }, () => {
  test.each(['self', 'other'] as const)('ends with its time, where %s leads and is stuck', async (leader) => {
    const { calls: asked, world } = calls(leader);
    const failing = expect(
      asked.ask('add-member', body, false, { timeout: 2_000_000 }),
    ).rejects.toMatchObject({
      code: 'REQUEST_TIMED_OUT',
      executed: 'maybe',
    });
    await world.advance('2s');
    await failing;
    expect(world.pendingTimers).toBe(0);
  });

  test.each(['self', 'other'] as const)(
    'ends with its signal, where %s leads and is stuck',
    async (leader) => {
      const { calls: asked } = calls(leader);
      const controller = new AbortController();
      const asking = asked.ask('add-member', body, false, { signal: controller.signal });
      controller.abort();
      await expect(asking).rejects.toMatchObject({ code: 'ABORTED', executed: 'maybe' });
    },
  );

  test.each(['self', 'other', undefined] as const)('ends with its member, where %s leads', async (leader) => {
    const stopped = clusterErrors.create('MEMBER_STOPPED', { message: 'the member has stopped' });
    const { calls: asked, world } = calls(leader, () => Promise.reject(stopped));
    const failing = expect(asked.ask('renew-lease', body, true, undefined)).rejects.toBe(stopped);
    asked.stop(stopped);
    await world.advance('1100ms');
    await failing;
    await expect(asked.ask('renew-lease', body, true, undefined)).rejects.toBe(stopped);
  });
});
