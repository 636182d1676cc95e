import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of a ledger and of the protocols on it, besides those of core. */
export type TransactionErrorCode =
  | 'LEDGER_BUSY'
  | 'LEDGER_CAPABILITY_MISSING'
  | 'LEDGER_CLOSED'
  | 'LEDGER_DEFINITION_UNKNOWN'
  | 'LEDGER_FAILED'
  | 'LEDGER_FENCED'
  | 'LEDGER_FULL'
  | 'LEDGER_INPUT_INVALID'
  | 'LEDGER_MESSAGES_FULL'
  | 'LEDGER_RUN_CONFLICT'
  | 'LEDGER_UNAVAILABLE'
  | 'SAGA_CANCELLED'
  | 'SAGA_RECORD_INVALID'
  | 'STEP_REFUSED';

export const transactionErrors: ErrorCatalogue<TransactionErrorCode> = defineErrors<TransactionErrorCode>({
  /** As many runs are under way as may be: start them slower. */
  LEDGER_BUSY: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The engine has not what is asked of it; the context names it. */
  LEDGER_CAPABILITY_MISSING: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** Closed by its owner in this process. What was started goes on when it is opened again. */
  LEDGER_CLOSED: { severity: 'medium', category: 'cancelled', retryable: 'never', executed: 'maybe' },
  /** Open the ledger with this definition among its definitions. */
  LEDGER_DEFINITION_UNKNOWN: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** What it is kept in has failed: open it anew to see what is there. */
  LEDGER_FAILED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'maybe' },
  /** Another worker has taken this one's runs, for it was not heard of. */
  LEDGER_FENCED: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'maybe' },
  /** There is no room for records. */
  LEDGER_FULL: { severity: 'critical', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The input is not what the definition's schema asks for; the context has its issues. */
  LEDGER_INPUT_INVALID: { severity: 'medium', category: 'invalid', retryable: 'never', executed: 'no' },
  /** As many messages wait for the run as may. */
  LEDGER_MESSAGES_FULL: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The id belongs to a run of another definition or with another input. */
  LEDGER_RUN_CONFLICT: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
  /** What it is kept in could not be reached. */
  LEDGER_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** Somebody cancelled the saga before its pivot began; what it had done is undone. */
  SAGA_CANCELLED: { severity: 'low', category: 'cancelled', retryable: 'never', executed: 'no' },
  /** A record that this release cannot read. */
  SAGA_RECORD_INVALID: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** A step says that it can never succeed: what `refuse` makes. */
  STEP_REFUSED: { severity: 'low', category: 'rejected', retryable: 'never', executed: 'no' },
});
