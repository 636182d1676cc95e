import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { ClientSessions, type SessionPlace } from './client-sessions.ts';

const never = new AbortController().signal;

/** Sessions of one client, all of them full. */
async function fullSessions(requestsMax: number): Promise<{
  readonly sessions: ClientSessions;
  readonly places: SessionPlace[];
}> {
  let id = 0;
  const sessions = new ClientSessions(new ManualWorld({ seed: 1 }), {
    register: async () => ({ header: undefined, id: ++id, idleMax: 3_000_000, requestsMax }),
    keepAlive: async () => true,
    close: async () => {},
  });
  const places: SessionPlace[] = [];
  for (let left = 64 * requestsMax; left > 0; left--) places.push(await sessions.place(never));
  return { sessions, places };
}

describe('more writes than all sessions have room for', () => {
  test('go on one by one as answers come, also behind one that has been given up', async () => {
    const { sessions, places } = await fullSessions(1);
    const givenUp = new AbortController();
    const first = sessions.place(givenUp.signal);
    const second = sessions.place(never);
    givenUp.abort(new Error('given up'));
    await expect(first).rejects.toThrow('given up');
    const [{ session, sequence }] = places as [SessionPlace];
    session.answered(sequence);
    expect(await second).toEqual({ session, sequence: sequence + 1 });
  });

  test('all go on that a new session has room for, when one has ended', async () => {
    const { sessions, places } = await fullSessions(3);
    const waiting = [0, 1, 2].map(() => sessions.place(never));
    sessions.forget(places[0]!.session);
    const found = await Promise.all(waiting);
    expect(found.map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3]);
  });
});
