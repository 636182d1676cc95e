import { answerWithin } from '@holdfast/transactions/engine';
import { postgresFailure } from './postgres-failure.ts';
import type {
  PooledConnection,
  PostgresNotification,
  PostgresPool,
  PostgresStatement,
} from './postgres-pool.ts';

export interface StandingConnectionOptions {
  /** Microseconds after which a connection that gives no answer counts as lost. */
  readonly answerTimeout: number;
  /** What each new connection is told first. */
  readonly settings: readonly string[];
  /** Told of each notification. */
  readonly heard?: (notification: PostgresNotification) => void;
  /** Told when a connection that stood is lost. */
  readonly lost?: () => void;
}

/** A connection of a pool that is kept for long, and taken anew after it was lost. Its statements run one by one. */
export class StandingConnection {
  readonly #pool: PostgresPool;
  readonly #options: StandingConnectionOptions;
  #connection: PooledConnection | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(pool: PostgresPool, options: StandingConnectionOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /**
   * Runs a statement, on a new connection if there is none. It is tried once.
   *
   * @throws what the driver throws; see `postgresFailure`.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  query(statement: PostgresStatement): Promise<any[]> {
    const turn = this.#last.then(() => this.#query(statement));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Gives its connection up: nothing that was set on it comes back to the pool. */
  close(): void {
    this.#closed = true;
    this.#drop(new Error('the connection is given up'));
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  async #query(statement: PostgresStatement): Promise<any[]> {
    const connection = this.#connection ?? (await this.#connect());
    try {
      return (await answerWithin(this.#options.answerTimeout, connection.query(statement))).rows;
    } catch (error) {
      if (postgresFailure(error) === 'unknown' && this.#connection === connection) this.#drop(error);
      throw error;
    }
  }

  async #connect(): Promise<PooledConnection> {
    if (this.#closed) throw new Error('the connection is closed');
    const { answerTimeout, settings, heard } = this.#options;
    const connection = await answerWithin(answerTimeout, this.#pool.connect(), {
      late: (late) => late.release(),
    });
    const lost = (error: unknown) => {
      if (this.#connection === connection) this.#drop(error);
    };
    connection.on('error', lost);
    connection.on('end', () => lost(new Error('the server has ended the connection')));
    if (heard !== undefined) connection.on('notification', heard);
    try {
      for (const text of settings) await answerWithin(answerTimeout, connection.query({ text }));
      if (this.#closed) throw new Error('the connection is closed');
    } catch (error) {
      connection.release(asError(error));
      throw error;
    }
    this.#connection = connection;
    return connection;
  }

  #drop(error: unknown): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    connection.release(asError(error));
    if (!this.#closed) this.#options.lost?.();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
