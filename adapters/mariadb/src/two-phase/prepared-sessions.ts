import { platformWorld, sleep, Timer } from '@holdfast/core';
import { giveBack } from '../connection/ask.ts';
import type { PooledConnection } from '../connection/mariadb-pool.ts';

/** How long a prepared branch keeps its session. Its coordinator needs no more than to record its decision. */
const holdMicros = 1_000_000;

/** How long a server may take to notice that a session is gone. */
export const noticePause = '100ms';

/**
 * Sessions whose branches are prepared. MariaDB ties a prepared branch to its session until that is closed: nobody else
 * can end it before. So it is ended on that session if its coordinator asks soon, and by anybody later on.
 *
 * No other way of untying it will do: after COM_RESET_CONNECTION a branch can be asked to commit by another session, says
 * that it has, and has not (10.11).
 */
export class PreparedSessions {
  readonly #held = new Map<string, HeldSession>();
  readonly #leaving = new Map<string, Promise<void>>();

  hold(branch: string, session: PooledConnection): void {
    this.#held.set(branch, new HeldSession(session, () => this.#letGo(branch)));
  }

  /** The branch's session, for its taker to give up; undefined when any session will do. */
  async take(branch: string): Promise<PooledConnection | undefined> {
    const held = this.#held.get(branch);
    this.#held.delete(branch);
    if (held === undefined) await this.#leaving.get(branch);
    return held?.take();
  }

  #letGo(branch: string): void {
    const held = this.#held.get(branch)!;
    this.#held.delete(branch);
    giveBack(held.take(), true);
    const left = sleep(noticePause).finally(() => this.#leaving.delete(branch));
    this.#leaving.set(branch, left);
  }
}

class HeldSession extends Timer {
  readonly #session: PooledConnection;
  readonly #expire: () => void;

  constructor(session: PooledConnection, expire: () => void) {
    super();
    this.#session = session;
    this.#expire = expire;
    const { clock, timers } = platformWorld();
    timers.arm(this, clock.now() + holdMicros);
  }

  take(): PooledConnection {
    platformWorld().timers.disarm(this);
    return this.#session;
  }

  override fire(): void {
    this.#expire();
  }
}
