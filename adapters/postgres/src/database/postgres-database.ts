import {
  type Duration,
  invalidArgument,
  platformWorld,
  sleep,
  throwIfAborted,
  toPositiveMicros,
} from '@holdfast/core';
import {
  type Checkpoints,
  type Inbox,
  type Outbox,
  type Transactor,
  transactionErrors,
} from '@holdfast/transactions';
import { connect, giveBack, rollBack, type Server } from '../connection/ask.ts';
import { checkPool } from '../connection/check-pool.ts';
import { sqlState } from '../connection/postgres-failure.ts';
import type { PooledConnection, PostgresConnection, PostgresPool } from '../connection/postgres-pool.ts';
import { prepareSchema, quotedSchema } from '../connection/schema.ts';
import { databaseClosed, databaseFailure } from './database-failure.ts';
import { databaseTables, outboxChannel } from './database-tables.ts';
import { PostgresCheckpoints } from './postgres-checkpoints.ts';
import { PostgresInbox } from './postgres-inbox.ts';
import { PostgresOutbox } from './postgres-outbox.ts';

export interface PostgresDatabaseOptions {
  /** A `Pool` of `pg`: each transaction has one of its connections, and who listens to the outbox keeps one. */
  readonly pool: PostgresPool;
  /** Where the tables are. Made when it is not there. Default `holdfast`. */
  readonly schema?: string | undefined;
  /** Of transactions. Default that of the database. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable' | undefined;
  /** How often a transaction is tried that the server rolls back for the sake of others. Default 10. */
  readonly attemptsMax?: number | undefined;
  /** How long a connection of the pool is waited for, and the answer to a statement of this package. Default '5s'. */
  readonly answerTimeout?: Duration | undefined;
}

/** A database with what a service keeps in its own transactions: outbox, inbox and checkpoints. */
export interface PostgresDatabase<Transaction extends PostgresConnection> extends Transactor<Transaction> {
  readonly outbox: Outbox<Transaction>;
  readonly inbox: Inbox<Transaction>;
  readonly checkpoints: Checkpoints<Transaction>;
  /** Waits for the transactions that were begun. The pool stays open. */
  close(): Promise<void>;
}

/**
 * Opens a database of PostgreSQL (13 or newer). A transaction is a connection of the pool between BEGIN and COMMIT:
 *
 *     const database = await openPostgresDatabase<PoolClient>({ pool });
 *     await database.transact(async (client) => {
 *       await client.query('INSERT INTO orders ...');
 *       await database.outbox.enqueue(client, [message]);
 *     });
 *
 * @throws HoldfastError INVALID_ARGUMENT; DATABASE_UNAVAILABLE, DATABASE_FULL, DATABASE_FAILED.
 */
export async function openPostgresDatabase<Transaction extends PostgresConnection = PostgresConnection>(
  options: PostgresDatabaseOptions,
): Promise<PostgresDatabase<Transaction>> {
  const { pool, schema = 'holdfast', isolation, attemptsMax = 10, answerTimeout = '5s' } = options;
  checkPool(pool);
  if (!(Number.isSafeInteger(attemptsMax) && attemptsMax >= 1)) {
    throw invalidArgument('attemptsMax', attemptsMax, 'a whole number from 1');
  }
  const isolations = ['read committed', 'repeatable read', 'serializable'];
  if (isolation !== undefined && !isolations.includes(isolation)) {
    throw invalidArgument('isolation', isolation, isolations.join(', '));
  }
  const server = { pool, answerTimeout: toPositiveMicros(answerTimeout, 'answerTimeout') };
  quotedSchema(schema);
  try {
    await prepareSchema(server, schema, databaseTables);
  } catch (error) {
    throw databaseFailure(error);
  }
  const begin = isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`;
  return new Database<Transaction>(server, schema, begin, attemptsMax);
}

/** What a transaction is repeated after: serialization failures and deadlocks. */
const repeated: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);
const pauseMillis = 5;

class Database<Transaction extends PostgresConnection> implements PostgresDatabase<Transaction> {
  readonly outbox: PostgresOutbox<Transaction>;
  readonly inbox: Inbox<Transaction>;
  readonly checkpoints: Checkpoints<Transaction>;
  readonly #server: Server;
  readonly #begin: string;
  readonly #attemptsMax: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(server: Server, schema: string, begin: string, attemptsMax: number) {
    this.#server = server;
    this.#begin = begin;
    this.#attemptsMax = attemptsMax;
    const quoted = quotedSchema(schema);
    this.outbox = new PostgresOutbox(server, quoted, outboxChannel(schema));
    this.inbox = new PostgresInbox(server, quoted);
    this.checkpoints = new PostgresCheckpoints(quoted);
  }

  async transact<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    throwIfAborted(signal, 'transact');
    if (this.#closed) throw databaseClosed();
    const transacting = this.#transact(work, signal);
    this.#underWay.add(transacting);
    try {
      return await transacting;
    } finally {
      this.#underWay.delete(transacting);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    this.outbox.close();
  }

  async #transact<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, signal);
      } catch (error) {
        if (!repeated.has(sqlState(error)) || attempt >= this.#attemptsMax) throw error;
      }
      // Those that stood in each other's way do not come back at one time.
      await sleep(platformWorld().random.float() * pauseMillis * attempt, { signal });
    }
  }

  async #attempt<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const connection = await connect(this.#server).catch((error) => {
      throw databaseFailure(error);
    });
    let broken = false;
    try {
      await this.#run(connection, this.#begin);
      const result = await work(connection as PostgresConnection as Transaction);
      throwIfAborted(signal, 'transact');
      if ((await this.#run(connection, 'COMMIT')) === 'ROLLBACK') throw failedWithin();
      return result;
    } catch (error) {
      broken = !(await rollBack(connection));
      throw error;
    } finally {
      giveBack(connection, broken);
    }
  }

  async #run(connection: PooledConnection, text: string): Promise<string | undefined> {
    try {
      return (await connection.query({ text })).command;
    } catch (error) {
      throw repeated.has(sqlState(error)) ? error : databaseFailure(error);
    }
  }
}

function failedWithin(): Error {
  return transactionErrors.create('DATABASE_FAILED', {
    message:
      'a statement of the transaction has failed, but its work went on as if it had not: nothing has happened',
    executed: 'no',
  });
}
