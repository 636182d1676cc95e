import { Timer, type World } from '@holdfast/core';
import { atEndOfTurn } from './end-of-turn.ts';
import type { RaftMessage } from './wire/raft-messages.ts';

/** Microseconds that a notice waits for entries to take it along. */
const patience = 1_000;

/**
 * What followers are told of commits. The clients that wait for them are answered first: a notice goes out in the next
 * turn. Entries for the same follower tell it as well; where the last ones followed a notice at once, the next notice
 * waits a moment for such.
 */
export class CommitNotices extends Timer {
  readonly #world: World;
  readonly #send: (notice: RaftMessage) => void;
  /** The last one for each follower. */
  readonly #notices = new Map<string, RaftMessage>();
  #noticedAt = 0;
  /** Whether entries came soon after the last notice. */
  #followed = false;
  #scheduled = false;
  readonly #sendAll = (): void => {
    this.#scheduled = false;
    for (const notice of this.#notices.values()) this.#send(notice);
    this.#notices.clear();
  };

  constructor(world: World, send: (notice: RaftMessage) => void) {
    super();
    this.#world = world;
    this.#send = send;
  }

  add(notice: RaftMessage): void {
    this.#notices.set(notice.to, notice);
    if (this.armed || this.#scheduled) return;
    this.#noticedAt = this.#world.clock.now();
    if (this.#followed) {
      this.#world.timers.arm(this, this.#noticedAt + patience);
    } else {
      this.#scheduled = true;
      atEndOfTurn(this.#sendAll);
    }
  }

  /** Entries are sent to `follower`, and tell it how far they are committed. */
  entriesSent(follower: string): void {
    this.#followed = this.#world.clock.now() - this.#noticedAt < patience;
    this.#notices.delete(follower);
    if (this.#notices.size === 0) this.#world.timers.disarm(this);
  }

  override fire(): void {
    // Nothing has followed: nothing is waited for the next time.
    this.#followed = false;
    this.#sendAll();
  }

  stop(): void {
    this.#notices.clear();
    this.#world.timers.disarm(this);
  }
}
