import { sleptFor } from '@holdfast/transactions/engine';
import type { PostgresPool, PostgresStatement } from './postgres-pool.ts';
import { StandingConnection } from './standing-connection.ts';

export interface AnnouncementsOptions {
  readonly channel: string;
  /** Microseconds. */
  readonly answerTimeout: number;
  /** Microseconds between questions whether the connection still stands. Default none, for those who use it anyway. */
  readonly keepAlive?: number;
  readonly heard: (payload: string) => void;
  /** Something may have been missed: it has listened anew. */
  readonly gap: () => void;
}

const pauseFirst = 20_000;
const pauseMax = 1_000_000;

/** Hears what is announced on a channel of PostgreSQL, on a connection of its own that is made anew whenever it is lost. */
export class Announcements {
  readonly #connection: StandingConnection;
  readonly #options: AnnouncementsOptions;
  readonly #leaving = new AbortController();
  #opened: Promise<void> | undefined;

  constructor(pool: PostgresPool, options: AnnouncementsOptions) {
    this.#options = options;
    this.#connection = new StandingConnection(pool, {
      answerTimeout: options.answerTimeout,
      settings: [`LISTEN "${options.channel}"`],
      heard: ({ payload = '' }) => options.heard(payload),
      lost: () => void this.#listenAnew(),
    });
  }

  /** Resolves once it hears everything that is announced from now on. @throws what the driver throws. */
  open(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** Runs a statement on its connection: what is announced after the statement began is heard after `query` was called. */
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  query(statement: PostgresStatement): Promise<any[]> {
    return this.#connection.query(statement);
  }

  close(): void {
    this.#leaving.abort();
    this.#connection.close();
  }

  async #open(): Promise<void> {
    try {
      await this.#connection.query({ text: 'SELECT' });
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
    if (this.#options.keepAlive !== undefined) void this.#keepAlive(this.#options.keepAlive);
  }

  async #listenAnew(): Promise<void> {
    for (let pause = pauseFirst; ; pause = Math.min(2 * pause, pauseMax)) {
      if (this.#leaving.signal.aborted) return;
      try {
        await this.#connection.query({ text: 'SELECT' });
        this.#options.gap();
        return;
      } catch {
        if (!(await this.#pause(pause))) return;
      }
    }
  }

  /** A connection whose other end is gone without a word is found out by asking. */
  async #keepAlive(micros: number): Promise<void> {
    while (await this.#pause(micros)) await this.#connection.query({ text: 'SELECT' }).catch(() => {});
  }

  /** False when it is closed meanwhile. */
  #pause(micros: number): Promise<boolean> {
    return sleptFor(micros / 1_000, { signal: this.#leaving.signal });
  }
}
