import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { type TransactionErrorCode, transactionErrors } from '@holdfast/transactions';
import { postgresFailure, sqlState } from '../connection/postgres-failure.ts';

/** What PostgreSQL's failure is to those who use an event store. */
export function eventStoreFailure(error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  const make = (code: TransactionErrorCode, message: string) =>
    transactionErrors.create(code, { message, cause: error, context: { sqlState: sqlState(error) } });
  switch (postgresFailure(error)) {
    case 'unknown':
    case 'again':
      return make('EVENT_STORE_UNAVAILABLE', `PostgreSQL could not be asked: ${said}`);
    case 'full':
      return make('EVENT_STORE_FULL', `PostgreSQL has no room: ${said}`);
    case 'refused':
      return make('EVENT_STORE_FAILED', `PostgreSQL refuses what the event store asks: ${said}`);
  }
}
