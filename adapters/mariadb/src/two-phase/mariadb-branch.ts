import { throwIfAborted } from '@holdfast/core';
import { type Branch, type BranchId, branchText } from '@holdfast/transactions';
import { answerWithin, unlessAborted } from '@holdfast/transactions/engine';
import { giveBack } from '../connection/ask.ts';
import { isRefusal } from '../connection/mariadb-failure.ts';
import type { MariadbConnection, PooledConnection } from '../connection/mariadb-pool.ts';
import { onePhaseCommits } from './one-phase-commits.ts';
import type { PreparedSessions } from './prepared-sessions.ts';
import { rolledBack, unavailable } from './resource-failure.ts';
import { xid } from './xid.ts';

/**
 * How often the session has written a row, of any table. That a transaction has written nothing cannot be read from its
 * prepared branch: a server lists it, and has lost it after a restart.
 */
const countWrites = `SELECT SUM(VARIABLE_VALUE) AS writes FROM information_schema.SESSION_STATUS
  WHERE VARIABLE_NAME IN ('HANDLER_WRITE', 'HANDLER_UPDATE', 'HANDLER_DELETE')`;

interface BranchPlace {
  readonly id: BranchId;
  /** Where its session goes once it is prepared. */
  readonly prepared: PreparedSessions;
  /** Microseconds. */
  readonly answerTimeout: number;
}

/** An XA transaction on a connection of its own, from XA START until it has voted or ended. */
export class MariadbBranch<Connection extends MariadbConnection> implements Branch<Connection> {
  readonly #session: PooledConnection;
  readonly #place: BranchPlace;
  readonly #name: string;
  readonly #xid: string;
  #writesBefore = 0;
  /** Once it has written, it has. */
  #hasWritten = false;
  #over = false;

  constructor(session: PooledConnection, place: BranchPlace) {
    this.#session = session;
    this.#place = place;
    this.#name = branchText(place.id);
    this.#xid = xid(place.id);
  }

  get connection(): Connection {
    return this.#session as MariadbConnection as Connection;
  }

  async begin(settings: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    try {
      for (const sql of settings) await this.#run(sql, signal);
      await this.#run(`XA START ${this.#xid}`, signal);
      this.#writesBefore = await this.#countWrites(signal);
    } catch (error) {
      this.#giveUp(true);
      throw unavailable(this.#place.id.resource, error);
    }
  }

  async wrote(signal?: AbortSignal): Promise<boolean> {
    if (this.#hasWritten) return true;
    const writes = await this.#countWrites(signal).catch((error) => {
      throw this.#failure(error);
    });
    this.#hasWritten = writes > this.#writesBefore;
    return this.#hasWritten;
  }

  prepare(signal?: AbortSignal): Promise<'prepared' | 'read-only'> {
    return this.#last(signal, async () => {
      const wrote = await this.wrote(signal);
      await this.#run(`XA END ${this.#xid}`, signal);
      if (!wrote) {
        await this.#run(`XA ROLLBACK ${this.#xid}`, signal);
        this.#giveUp(false);
        return 'read-only';
      }
      await this.#run(`XA PREPARE ${this.#xid}`, signal);
      this.#over = true;
      this.#place.prepared.hold(this.#name, this.#session);
      return 'prepared';
    });
  }

  async commitOnePhase(signal?: AbortSignal): Promise<void> {
    await this.#last(signal, async () => {
      const insert = `INSERT INTO ${onePhaseCommits} (branch, committed) VALUES (?, TRUE)`;
      await this.#run(insert, signal, [this.#name]);
      await this.#run(`XA END ${this.#xid}`, signal);
      await this.#run(`XA COMMIT ${this.#xid} ONE PHASE`, signal);
      this.#giveUp(false);
    });
  }

  async rollback(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    // A branch that the server has rolled back by itself refuses its XA END, and has to be rolled back all the same.
    await this.#run(`XA END ${this.#xid}`, undefined).catch(() => {});
    const ended = this.#run(`XA ROLLBACK ${this.#xid}`, undefined).then(
      () => false,
      () => true,
    );
    giveBack(this.#session, await ended);
  }

  /** Runs what ends the branch on its session, and gives the session up when that fails. */
  async #last<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    if (this.#over) throw rolledBack(this.#name, new Error('its session is given up'));
    try {
      throwIfAborted(signal, 'MariaDB');
      return await work();
    } catch (error) {
      const failure = this.#failure(error);
      // Closed in the middle of a transaction, its session rolls back.
      this.#giveUp(true);
      throw failure;
    }
  }

  async #countWrites(signal: AbortSignal | undefined): Promise<number> {
    return Number((await this.#run(countWrites, signal))[0].writes);
  }

  async #run(
    sql: string,
    signal: AbortSignal | undefined,
    values?: unknown[],
    // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  ): Promise<any> {
    throwIfAborted(signal, 'MariaDB');
    const statement = values === undefined ? { sql } : { sql, values };
    const answer = answerWithin(this.#place.answerTimeout, this.#session.query(statement));
    return (await unlessAborted(answer, 'MariaDB', signal))[0];
  }

  /** Where the server itself refuses, the transaction is over, or will be once its session is given up. */
  #failure(error: unknown): Error {
    return isRefusal(error) ? rolledBack(this.#name, error) : unavailable(this.#place.id.resource, error);
  }

  #giveUp(broken: boolean): void {
    if (this.#over) return;
    this.#over = true;
    giveBack(this.#session, broken);
  }
}
