import { throwIfAborted } from '@holdfast/core';
import { answerWithin, unlessAborted } from '@holdfast/transactions/engine';
import { postgresFailure } from './postgres-failure.ts';
import type { PooledConnection, PostgresAnswer, PostgresPool, PostgresStatement } from './postgres-pool.ts';

/** Where statements are sent, and for how many microseconds an answer is waited for. */
export interface Server {
  readonly pool: PostgresPool;
  readonly answerTimeout: number;
}

/**
 * Runs one statement on a connection of the pool. Aborted, it may still happen.
 *
 * @throws what the driver throws; ABORTED.
 */
export async function ask(
  server: Server,
  statement: PostgresStatement,
  signal?: AbortSignal,
): Promise<PostgresAnswer> {
  throwIfAborted(signal, 'PostgreSQL');
  return unlessAborted(askOn(server, statement), 'PostgreSQL', signal);
}

/** A connection of the pool, if it gives one in time. Its errors are told by the statements that fail. */
export async function connect({ pool, answerTimeout }: Server): Promise<PooledConnection> {
  const connection = await answerWithin(answerTimeout, pool.connect(), {
    late: (late) => late.release(),
    message: 'the pool gave no connection in time: it has too few, or the server cannot be reached',
  });
  connection.on('error', ignore);
  return connection;
}

/** Gives a connection back; `broken` ones are closed. */
export function giveBack(connection: PooledConnection, broken: boolean): void {
  // One that is closed may still have something to say.
  if (!broken) connection.removeListener('error', ignore);
  connection.release(broken);
}

/** Ends a transaction. False when the connection is of no more use. */
export function rollBack(connection: PooledConnection): Promise<boolean> {
  return connection.query({ text: 'ROLLBACK' }).then(
    () => true,
    () => false,
  );
}

async function askOn(server: Server, statement: PostgresStatement): Promise<PostgresAnswer> {
  const connection = await connect(server);
  let broken = false;
  try {
    return await answerWithin(server.answerTimeout, connection.query(statement));
  } catch (error) {
    broken = postgresFailure(error) === 'unknown';
    throw error;
  } finally {
    giveBack(connection, broken);
  }
}

function ignore(): void {}
