import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { type TransactionErrorCode, transactionErrors } from '@holdfast/transactions';
import { postgresFailure, sqlState } from '../connection/postgres-failure.ts';
import { refusals } from './ledger-tables.ts';

/** What PostgreSQL's failure is to those who use the ledger. */
export function ledgerFailure(error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error;
  const state = sqlState(error);
  const said = error instanceof Error ? error.message : String(error);
  const make = (code: TransactionErrorCode, message: string) =>
    transactionErrors.create(code, { message, cause: error, context: { sqlState: state } });
  if (state === refusals.fenced) {
    return make('LEDGER_FENCED', 'another worker has taken the runs of this one: open the ledger anew');
  }
  if (state === refusals.messagesFull) {
    return make('LEDGER_MESSAGES_FULL', `${said}: no more are taken until it has consumed some`);
  }
  switch (postgresFailure(error)) {
    case 'unknown':
    case 'again':
      return make('LEDGER_UNAVAILABLE', `PostgreSQL could not be asked: ${said}`);
    case 'full':
      return make('LEDGER_FULL', `PostgreSQL has no room: ${said}`);
    case 'refused':
      return make('LEDGER_FAILED', `PostgreSQL refuses what the ledger asks: ${said}`);
  }
}
