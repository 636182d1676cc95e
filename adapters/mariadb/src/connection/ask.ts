import { throwIfAborted } from '@holdfast/core';
import { answerWithin, unlessAborted } from '@holdfast/transactions/engine';
import { isRefusal } from './mariadb-failure.ts';
import type { MariadbPool, MariadbStatement, PooledConnection } from './mariadb-pool.ts';

/** Where statements are sent, and for how many microseconds an answer is waited for. */
export interface Server {
  readonly pool: MariadbPool;
  readonly answerTimeout: number;
}

/**
 * Runs one statement on a connection of the pool. Aborted, it may still happen.
 *
 * @throws what the driver throws; ABORTED.
 */
export async function ask(
  server: Server,
  statement: MariadbStatement,
  signal?: AbortSignal,
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
): Promise<any> {
  throwIfAborted(signal, 'MariaDB');
  return unlessAborted(
    connect(server).then((connection) => askOnce(server, connection, statement)),
    'MariaDB',
    signal,
  );
}

/** A connection of the pool, if it gives one in time. Its errors are told by the statements that fail. */
export async function connect({ pool, answerTimeout }: Server): Promise<PooledConnection> {
  const connection = await answerWithin(answerTimeout, pool.getConnection(), {
    late: (late) => late.release(),
    message:
      'the pool gave no connection in time: raise its connectionLimit above the branches that are under way at a time, or see whether the server can be reached',
  });
  connection.on('error', ignore);
  return connection;
}

/** Runs one statement, and gives the connection up. */
export async function askOnce(
  { answerTimeout }: Pick<Server, 'answerTimeout'>,
  connection: PooledConnection,
  statement: MariadbStatement,
  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
): Promise<any> {
  let broken = false;
  try {
    return (await answerWithin(answerTimeout, connection.query(statement)))[0];
  } catch (error) {
    broken = !isRefusal(error);
    throw error;
  } finally {
    giveBack(connection, broken);
  }
}

/** Gives a connection back; `broken` ones are closed. */
export function giveBack(connection: PooledConnection, broken: boolean): void {
  if (broken) {
    connection.destroy();
    return;
  }
  connection.removeListener('error', ignore);
  connection.release();
}

function ignore(): void {}
