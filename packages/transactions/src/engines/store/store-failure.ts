import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { transactionErrors } from '../../errors.ts';
import { ledgerFailed, ledgerFenced, ledgerFull } from '../../ledger/ledger-errors.ts';

/** Failures after which asking again may help, and does no harm to what can be done once only. */
const passing: ReadonlySet<string> = new Set([
  'OUTCOME_UNKNOWN',
  'REQUEST_TIMED_OUT',
  'STORE_OVERLOADED',
  'STORE_UNAVAILABLE',
]);

export function isPassing(error: unknown): boolean {
  return isHoldfastError(error) && passing.has(error.code);
}

/** Whether what failed so may have been done all the same, or may be yet. */
export function mayBeDone(error: unknown): boolean {
  return isHoldfastError(error) && error.executed !== 'no';
}

export function isFull(error: unknown): boolean {
  return isHoldfastError(error) && error.code === 'STORE_FULL';
}

/** The store takes no transaction as large as that. */
export function isTooLarge(error: unknown): boolean {
  return (
    isHoldfastError(error) && (error.code === 'TRANSACTION_TOO_LARGE' || error.code === 'REQUEST_TOO_LARGE')
  );
}

/** What the store's failure is to those who use the ledger. */
export function ledgerFailure(error: unknown, epoch = 0): HoldfastError {
  if (!isHoldfastError(error)) return ledgerFailed('the store', error);
  if (isPassing(error)) {
    return transactionErrors.create('LEDGER_UNAVAILABLE', {
      message: `the store could not be asked: ${error.message}`,
      cause: error,
    });
  }
  switch (error.code) {
    case 'STORE_FULL':
      return ledgerFull(error);
    case 'LEASE_LOST':
      return ledgerFenced(epoch);
    case 'STORE_CLOSED':
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
    case 'REQUEST_REFUSED':
    case 'REQUEST_TOO_LARGE':
    case 'TRANSACTION_TOO_LARGE':
      return ledgerFailed('the store', error);
    default:
      return error;
  }
}
