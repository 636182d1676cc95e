import { throwIfAborted } from '@holdfast/core';
import type { Branch } from '@holdfast/transactions';
import { answerWithin, unlessAborted } from '@holdfast/transactions/engine';
import { giveBack } from '../connection/ask.ts';
import { literal } from '../connection/literal.ts';
import { postgresFailure } from '../connection/postgres-failure.ts';
import type { PooledConnection, PostgresAnswer, PostgresConnection } from '../connection/postgres-pool.ts';
import { rolledBack, unavailable } from './resource-failure.ts';

interface BranchNames {
  readonly resource: string;
  /** The branch's own, as in `PREPARE TRANSACTION`. */
  readonly text: string;
  /** Quoted. */
  readonly schema: string;
}

/** A transaction on a connection of its own, from BEGIN until it has voted or ended. */
export class PostgresBranch<Connection extends PostgresConnection> implements Branch<Connection> {
  readonly #session: PooledConnection;
  readonly #answerTimeout: number;
  readonly #names: BranchNames;
  /** Once it has written, it has. */
  #hasWritten = false;
  #over = false;

  constructor(session: PooledConnection, answerTimeout: number, names: BranchNames) {
    this.#session = session;
    this.#answerTimeout = answerTimeout;
    this.#names = names;
  }

  get connection(): Connection {
    return this.#session as PostgresConnection as Connection;
  }

  async begin(statement: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#run(statement, signal);
    } catch (error) {
      this.#giveUp(true);
      throw unavailable(this.#names.resource, error);
    }
  }

  /** A transaction of PostgreSQL has a number of its own from its first change or row lock on. */
  async wrote(signal?: AbortSignal): Promise<boolean> {
    if (this.#hasWritten) return true;
    const text = 'SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS wrote';
    const { rows } = await this.#run(text, signal).catch((error) => {
      throw this.#failure(error);
    });
    this.#hasWritten = rows[0].wrote;
    return this.#hasWritten;
  }

  async prepare(signal?: AbortSignal): Promise<'prepared' | 'read-only'> {
    return this.#last(signal, async () => {
      if (!(await this.wrote(signal))) {
        await this.#finish('COMMIT', signal);
        return 'read-only';
      }
      await this.#finish(`PREPARE TRANSACTION ${this.#quotedText}`, signal);
      return 'prepared';
    });
  }

  async commitOnePhase(signal?: AbortSignal): Promise<void> {
    const { schema } = this.#names;
    await this.#last(signal, () =>
      this.#run(
        `INSERT INTO ${schema}.one_phase_commits (branch, committed) VALUES (${this.#quotedText}, true); COMMIT`,
        signal,
      ),
    );
  }

  async rollback(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const ended = this.#run('ROLLBACK', undefined).then(
      () => false,
      () => true,
    );
    giveBack(this.#session, await ended);
  }

  get #quotedText(): string {
    return literal(this.#names.text);
  }

  /** Runs what ends the branch on its session, and gives the session up. */
  async #last<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    if (this.#over) throw rolledBack(this.#names.text, new Error('its session is given up'));
    try {
      throwIfAborted(signal, 'PostgreSQL');
      const result = await work();
      this.#giveUp(false);
      return result;
    } catch (error) {
      const failure = this.#failure(error);
      // Closed in the middle of a transaction, its session rolls back.
      this.#giveUp(true);
      throw failure;
    }
  }

  /** A transaction that has failed before is rolled back by whatever is to end it, and says so in its answer alone. */
  async #finish(text: string, signal: AbortSignal | undefined): Promise<void> {
    const { command } = await this.#run(text, signal);
    if (command === 'ROLLBACK') throw rolledBack(this.#names.text, new Error('a statement of it has failed'));
  }

  async #run(text: string, signal: AbortSignal | undefined): Promise<PostgresAnswer> {
    throwIfAborted(signal, 'PostgreSQL');
    const answer = answerWithin(this.#answerTimeout, this.#session.query({ text }));
    return unlessAborted(answer, 'PostgreSQL', signal);
  }

  /** Where the server itself refuses, the transaction is over, or will be once its session is given up. */
  #failure(error: unknown): Error {
    return postgresFailure(error) === 'unknown'
      ? unavailable(this.#names.resource, error)
      : rolledBack(this.#names.text, error);
  }

  #giveUp(broken: boolean): void {
    this.#over = true;
    giveBack(this.#session, broken);
  }
}
