import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of a ledger and of the protocols on it, besides those of core. */
export type TransactionErrorCode =
  | 'BRANCH_ROLLED_BACK'
  | 'COMMIT_RECORD_INVALID'
  | 'BROKER_CLOSED'
  | 'BROKER_REFUSED'
  | 'BROKER_UNAVAILABLE'
  | 'DATABASE_CLOSED'
  | 'DATABASE_FAILED'
  | 'DATABASE_FULL'
  | 'DATABASE_UNAVAILABLE'
  | 'EVENT_ID_CONFLICT'
  | 'EVENT_SNAPSHOT_AHEAD'
  | 'EVENT_STORE_CLOSED'
  | 'EVENT_STORE_FAILED'
  | 'EVENT_STORE_FULL'
  | 'EVENT_STORE_UNAVAILABLE'
  | 'EVENT_STREAM_CONFLICT'
  | 'EVENT_UPCASTER_MISSING'
  | 'LEDGER_BUSY'
  | 'LEDGER_CAPABILITY_MISSING'
  | 'LEDGER_CLOSED'
  | 'LEDGER_DAMAGED'
  | 'LEDGER_DEFINITION_UNKNOWN'
  | 'LEDGER_FAILED'
  | 'LEDGER_FENCED'
  | 'LEDGER_FORMAT_UNKNOWN'
  | 'LEDGER_FULL'
  | 'LEDGER_INPUT_INVALID'
  | 'LEDGER_MESSAGES_FULL'
  | 'LEDGER_RUN_CONFLICT'
  | 'LEDGER_UNAVAILABLE'
  | 'PARTICIPANT_UNAVAILABLE'
  | 'RESOURCE_MISCONFIGURED'
  | 'RESOURCE_UNAVAILABLE'
  | 'SAGA_CANCELLED'
  | 'SAGA_NOT_CRASH_PROOF'
  | 'SAGA_RECORD_INVALID'
  | 'STEP_REFUSED'
  | 'TRANSACTION_INTERRUPTED'
  | 'TRY_DECLINED';

export const transactionErrors: ErrorCatalogue<TransactionErrorCode> = defineErrors<TransactionErrorCode>({
  /** The database has rolled back the branch that was to be prepared or committed: a deadlock, a constraint, a timeout. */
  BRANCH_ROLLED_BACK: { severity: 'medium', category: 'conflict', retryable: 'safe', executed: 'no' },
  BROKER_CLOSED: { severity: 'medium', category: 'cancelled', retryable: 'never', executed: 'maybe' },
  /** The broker takes no such message: too large, or a topic that no stream of it has. */
  BROKER_REFUSED: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  BROKER_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  DATABASE_CLOSED: { severity: 'medium', category: 'cancelled', retryable: 'never', executed: 'maybe' },
  /** What it is kept in has failed: open it anew to see what is there. */
  DATABASE_FAILED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'maybe' },
  DATABASE_FULL: { severity: 'critical', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The database could not be reached, or did not say whether the transaction has committed. */
  DATABASE_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** Some of the ids of an append belong to other events. */
  EVENT_ID_CONFLICT: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'no' },
  /** A snapshot stands for events that its stream has not: the store has lost them, or it is not the snapshot's. */
  EVENT_SNAPSHOT_AHEAD: { severity: 'critical', category: 'conflict', retryable: 'never', executed: 'no' },
  EVENT_STORE_CLOSED: { severity: 'medium', category: 'cancelled', retryable: 'never', executed: 'maybe' },
  /** What it is kept in has failed: open it anew to see what is there. */
  EVENT_STORE_FAILED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'maybe' },
  EVENT_STORE_FULL: { severity: 'critical', category: 'overload', retryable: 'safe', executed: 'no' },
  EVENT_STORE_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The stream has another version than the append expects: read what is new, and decide again. */
  EVENT_STREAM_CONFLICT: { severity: 'low', category: 'conflict', retryable: 'never', executed: 'no' },
  /** No upcaster takes an event of that form to the one that is asked for. */
  EVENT_UPCASTER_MISSING: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** A record of two-phase commit or TCC cannot be read: written by a later release, or damaged. */
  COMMIT_RECORD_INVALID: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** As many runs are under way as may be: start them slower. */
  LEDGER_BUSY: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The engine has not what is asked of it; the context names it. */
  LEDGER_CAPABILITY_MISSING: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** Closed by its owner in this process. What was started goes on when it is opened again. */
  LEDGER_CLOSED: { severity: 'medium', category: 'cancelled', retryable: 'never', executed: 'maybe' },
  /** What it is kept in is not what was written there. */
  LEDGER_DAMAGED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** Open the ledger with this definition among its definitions. */
  LEDGER_DEFINITION_UNKNOWN: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** What it is kept in has failed: open it anew to see what is there. */
  LEDGER_FAILED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'maybe' },
  /** Another worker has taken this one's runs, for it was not heard of. */
  LEDGER_FENCED: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'maybe' },
  /** What it is kept in is of a newer version, or is no ledger. */
  LEDGER_FORMAT_UNKNOWN: { severity: 'critical', category: 'invalid', retryable: 'never', executed: 'no' },
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
  /** It is not registered, not healthy, or did not answer. */
  PARTICIPANT_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The database is not set up to prepare transactions; the message has the remedy. */
  RESOURCE_MISCONFIGURED: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The database could not be reached, or did not answer. */
  RESOURCE_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** Somebody cancelled the saga before its pivot began; what it had done is undone. */
  SAGA_CANCELLED: { severity: 'low', category: 'cancelled', retryable: 'never', executed: 'no' },
  /** `crashEverywhere` has found a crash after which a saga is not as it should be; the message has the line to replay it. */
  SAGA_NOT_CRASH_PROOF: { severity: 'high', category: 'internal', retryable: 'never', executed: 'no' },
  /** A record that this release cannot read. */
  SAGA_RECORD_INVALID: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** A step says that it can never succeed: what `terminal` makes. */
  STEP_REFUSED: { severity: 'low', category: 'rejected', retryable: 'never', executed: 'no' },
  /** Its coordinator was stopped before it had decided, as often as may be. Nothing has happened. */
  TRANSACTION_INTERRUPTED: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** A participant will not reserve what it was asked for. */
  TRY_DECLINED: { severity: 'low', category: 'conflict', retryable: 'never', executed: 'no' },
});
