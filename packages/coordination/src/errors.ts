import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors that every engine of a coordination store gives, besides those of core. */
export type CoordinationErrorCode =
  | 'CAPABILITY_MISSING'
  | 'LEASE_LOST'
  | 'OUTCOME_UNKNOWN'
  | 'PERMISSION_DENIED'
  | 'REQUEST_REFUSED'
  | 'REQUEST_TIMED_OUT'
  | 'REQUEST_TOO_LARGE'
  | 'REVISION_COMPACTED'
  | 'REVISION_IN_FUTURE'
  | 'STORE_CLOSED'
  | 'STORE_FULL'
  | 'STORE_OVERLOADED'
  | 'STORE_UNAVAILABLE'
  | 'TRANSACTION_TOO_LARGE'
  | 'UNAUTHENTICATED';

export const coordinationErrors: ErrorCatalogue<CoordinationErrorCode> = defineErrors<CoordinationErrorCode>({
  /** A recipe needs what the engine does not have; the context names both. */
  CAPABILITY_MISSING: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The lease has expired, or may have, or was revoked: what hung on it is gone, or may be. Get a new one. */
  LEASE_LOST: { severity: 'medium', category: 'conflict', retryable: 'never', executed: 'no' },
  /** A change was sent, and its answer was lost: read what is there before you decide what to do. */
  OUTCOME_UNKNOWN: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The store knows who asks, and does not allow it. */
  PERMISSION_DENIED: { severity: 'medium', category: 'forbidden', retryable: 'never', executed: 'no' },
  /** The store refused for a reason that has no code of its own; the message is the store's. */
  REQUEST_REFUSED: { severity: 'high', category: 'rejected', retryable: 'never', executed: 'no' },
  /**
   * No answer came by the deadline of the caller or within the store's `requestTimeout`. `executed` says `no` for reads
   * and for what was never sent, `maybe` for changes that were.
   */
  REQUEST_TIMED_OUT: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The request has more bytes than the store takes. */
  REQUEST_TOO_LARGE: { severity: 'medium', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The history of that revision is gone. */
  REVISION_COMPACTED: { severity: 'medium', category: 'not-found', retryable: 'never', executed: 'no' },
  /** The store has not come to that revision yet. */
  REVISION_IN_FUTURE: { severity: 'medium', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The store was closed by its owner in this process. */
  STORE_CLOSED: { severity: 'medium', category: 'cancelled', retryable: 'never', executed: 'no' },
  /** There is no room for more: delete, compact, or raise the quota. */
  STORE_FULL: { severity: 'critical', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The store has too much to do at present. */
  STORE_OVERLOADED: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** No server could be reached that serves, and nothing was done. */
  STORE_UNAVAILABLE: { severity: 'high', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The transaction has more operations than the store takes. */
  TRANSACTION_TOO_LARGE: { severity: 'medium', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The store does not know who asks, or does not believe it. */
  UNAUTHENTICATED: { severity: 'high', category: 'unauthenticated', retryable: 'never', executed: 'no' },
});
