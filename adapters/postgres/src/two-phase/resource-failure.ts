import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { transactionErrors } from '@holdfast/transactions';
import { sqlState } from '../connection/postgres-failure.ts';

/** What stands in the way of PREPARE TRANSACTION, and what to do about it. */
const remedies: Readonly<Record<string, string>> = {
  '0A000':
    'PostgreSQL prepares no transaction that has used temporary tables, cursors WITH HOLD, LISTEN, UNLISTEN or NOTIFY',
  '53200':
    'raise max_prepared_transactions above the branches that are prepared at a time, and restart the server',
  '55000': 'raise max_prepared_transactions from 0, and restart the server',
};

export function unavailable(resource: string, error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error;
  return transactionErrors.create('RESOURCE_UNAVAILABLE', {
    message: `${resource} could not be asked: ${said(error)}`,
    cause: error,
    context: { resource, sqlState: sqlState(error) },
  });
}

export function rolledBack(branch: string, error: unknown): HoldfastError {
  const state = sqlState(error);
  const remedy = state === undefined ? undefined : remedies[state];
  return transactionErrors.create('BRANCH_ROLLED_BACK', {
    message: `${branch} is rolled back: ${said(error)}${remedy === undefined ? '' : `; ${remedy}`}`,
    cause: error,
    context: { branch, sqlState: state },
  });
}

export function misconfigured(resource: string, message: string, cause?: unknown): HoldfastError {
  return transactionErrors.create('RESOURCE_MISCONFIGURED', { message, cause, context: { resource } });
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
