import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { branchRolledBack, resourceUnavailable } from '@holdfast/transactions/engine';
import { errorNumber } from '../connection/mariadb-failure.ts';

/** What stands in the way, and what to do about it. */
const remedies: Readonly<Record<number, string>> = {
  1040: 'raise max_connections of the server, or lower the connectionLimit of the pools on it',
  1203: 'raise max_user_connections of the server, or lower the connectionLimit of the pools on it',
  1205: 'another transaction has held a lock for too long',
  1226: 'raise MAX_USER_CONNECTIONS of the user, or lower the connectionLimit of the pools of it',
  1399: 'the pool has given a connection on which another XA transaction is under way: keep the pool to the resource',
  1400: 'the pool has given a connection on which a transaction is under way: keep the pool to the resource',
};

export function unavailable(resource: string, error: unknown): HoldfastError {
  return isHoldfastError(error) ? error : resourceUnavailable(resource, said(error), sourceOf(error));
}

export function rolledBack(branch: string, error: unknown): HoldfastError {
  return branchRolledBack(branch, said(error), sourceOf(error));
}

function sourceOf(error: unknown) {
  return { cause: error, context: { number: errorNumber(error) } };
}

function said(error: unknown): string {
  const remedy = remedies[errorNumber(error) ?? 0];
  const message = error instanceof Error ? error.message : String(error);
  return remedy === undefined ? message : `${message}; ${remedy}`;
}
