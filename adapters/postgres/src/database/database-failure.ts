import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { transactionErrors } from '@holdfast/transactions';
import { postgresFailure, sqlState } from '../connection/postgres-failure.ts';

/** What PostgreSQL's failure is to those who use a database. */
export function databaseFailure(error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  const details = { cause: error, context: { sqlState: sqlState(error) } };
  switch (postgresFailure(error)) {
    case 'unknown':
      return transactionErrors.create('DATABASE_UNAVAILABLE', {
        message: `PostgreSQL could not be asked: ${said}`,
        ...details,
      });
    case 'again':
      return transactionErrors.create('DATABASE_UNAVAILABLE', {
        message: `PostgreSQL has rolled the transaction back, also when it was repeated: ${said}`,
        ...details,
        executed: 'no',
      });
    case 'full':
      return transactionErrors.create('DATABASE_FULL', {
        message: `PostgreSQL has no room: ${said}`,
        ...details,
      });
    case 'refused':
      return transactionErrors.create('DATABASE_FAILED', {
        message: `PostgreSQL refuses what it is asked: ${said}`,
        ...details,
        executed: 'no',
      });
  }
}

export function databaseClosed(): HoldfastError {
  return transactionErrors.create('DATABASE_CLOSED', { message: 'the database is closed' });
}
