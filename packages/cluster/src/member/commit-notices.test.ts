// Goal: followers hear of every commit, and steady writes cost no message of their own for it. Method: a queue of notices
// over a world whose clock stands still until it is moved; turns of the event loop are real.
import { ManualWorld } from '@holdfast/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { CommitNotices } from './commit-notices.ts';
import { nextTurn } from './end-of-turn.ts';
import type { RaftMessage } from './wire/raft-messages.ts';

let world: ManualWorld;
let sent: string[];
let notices: CommitNotices;

beforeEach(() => {
  world = new ManualWorld();
  sent = [];
  notices = new CommitNotices(world, (notice) => {
    if (notice.kind === 'commit-notice') sent.push(`${notice.to} ${notice.commit}`);
  });
});

const notice = (to: string, commit: number): RaftMessage => ({
  kind: 'commit-notice',
  from: 'leader',
  to,
  term: 1,
  commit,
});

describe('notices of commits', () => {
  test('go out in the next turn, the last one to each follower', async () => {
    for (const [to, commit] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ] as const)
      notices.add(notice(to, commit));
    expect(sent).toEqual([]);
    await nextTurn();
    expect(sent).toEqual(['a 2', 'b 1']);
  });

  test('are taken along by entries that come soon, where such have come before', async () => {
    notices.add(notice('a', 1));
    await nextTurn();
    sent = [];
    for (let commit = 2; commit < 10; commit++) {
      world.advanceSync('300us');
      notices.entriesSent('a');
      notices.add(notice('a', commit));
      await nextTurn();
    }
    expect(sent).toEqual([]);
    world.advanceSync('1ms');
    expect(sent).toEqual(['a 9']);
    notices.add(notice('a', 10));
    await nextTurn();
    expect(sent).toEqual(['a 9', 'a 10']);
    expect(world.pendingTimers).toBe(0);
  });

  test('to a follower that is sent no entries go out all the same', () => {
    notices.entriesSent('a');
    notices.add(notice('a', 1));
    notices.add(notice('b', 1));
    notices.entriesSent('a');
    world.advanceSync('1ms');
    expect(sent).toEqual(['b 1']);
  });

  test('end with the member', async () => {
    notices.add(notice('a', 1));
    notices.stop();
    await nextTurn();
    expect(sent).toEqual([]);
  });
});
