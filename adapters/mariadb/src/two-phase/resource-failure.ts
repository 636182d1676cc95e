import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { transactionErrors } from '@holdfast/transactions';
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
  if (isHoldfastError(error)) return error;
  return transactionErrors.create('RESOURCE_UNAVAILABLE', {
    message: `${resource} could not be asked: ${said(error)}`,
    cause: error,
    context: { resource, number: errorNumber(error) },
  });
}

export function rolledBack(branch: string, error: unknown): HoldfastError {
  return transactionErrors.create('BRANCH_ROLLED_BACK', {
    message: `${branch} is rolled back: ${said(error)}`,
    cause: error,
    context: { branch, number: errorNumber(error) },
  });
}

export function misconfigured(resource: string, message: string, cause?: unknown): HoldfastError {
  return transactionErrors.create('RESOURCE_MISCONFIGURED', { message, cause, context: { resource } });
}

function said(error: unknown): string {
  const remedy = remedies[errorNumber(error) ?? 0];
  const message = error instanceof Error ? error.message : String(error);
  return remedy === undefined ? message : `${message}; ${remedy}`;
}
