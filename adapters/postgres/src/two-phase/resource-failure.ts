import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { branchRolledBack, resourceUnavailable } from '@holdfast/transactions/engine';
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
  return resourceUnavailable(resource, said(error), sourceOf(error));
}

export function rolledBack(branch: string, error: unknown): HoldfastError {
  const remedy = remedies[sqlState(error) ?? ''];
  const why = remedy === undefined ? said(error) : `${said(error)}; ${remedy}`;
  return branchRolledBack(branch, why, sourceOf(error));
}

function sourceOf(error: unknown) {
  return { cause: error, context: { sqlState: sqlState(error) } };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
