import { invalidArgument } from '@holdfast/core';
import type { PooledConnection, PostgresPool } from './postgres-pool.ts';

const heard = new WeakSet<PostgresPool>();

/**
 * Refuses what is no pool. Of each connection of a pool somebody hears the errors from its first moment on: a server that
 * ends one just when it was made says so before whoever asked for it has it, and an error that nobody hears ends the process.
 */
export function checkPool(pool: PostgresPool): void {
  if (typeof pool?.connect !== 'function') throw invalidArgument('pool', pool, 'a Pool of pg');
  if (heard.has(pool)) return;
  heard.add(pool);
  pool.on?.('connect', hearErrors);
}

function hearErrors(connection: PooledConnection): void {
  // What fails on it fails by itself.
  connection.on('error', () => {});
}
