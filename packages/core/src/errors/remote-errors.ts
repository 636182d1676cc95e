import { defineErrors, type ErrorCatalogue } from './catalogue.ts';

/** Codes of failures that a peer reported in the words of HTTP or gRPC alone. */
export type RemoteErrorCode =
  | 'REMOTE_CANCELLED'
  | 'REMOTE_CONFLICT'
  | 'REMOTE_FORBIDDEN'
  | 'REMOTE_INTERNAL'
  | 'REMOTE_INVALID'
  | 'REMOTE_NOT_FOUND'
  | 'REMOTE_OVERLOADED'
  | 'REMOTE_TIMEOUT'
  | 'REMOTE_UNAUTHENTICATED'
  | 'REMOTE_UNAVAILABLE';

export const remoteErrors: ErrorCatalogue<RemoteErrorCode> = defineErrors<RemoteErrorCode>({
  /** The peer says that the request was cancelled. */
  REMOTE_CANCELLED: {
    severity: 'low',
    category: 'cancelled',
    retryable: 'never',
    executed: 'maybe',
  },
  /** The peer refused the request in its present state: read again, then decide again. */
  REMOTE_CONFLICT: {
    severity: 'medium',
    category: 'conflict',
    retryable: 'never',
    executed: 'no',
  },
  /** The peer knows who asks and does not allow it. */
  REMOTE_FORBIDDEN: {
    severity: 'medium',
    category: 'forbidden',
    retryable: 'never',
    executed: 'no',
  },
  /** The peer failed at the request. */
  REMOTE_INTERNAL: {
    severity: 'high',
    category: 'internal',
    retryable: 'never',
    executed: 'maybe',
  },
  /** The peer cannot make sense of the request. */
  REMOTE_INVALID: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'no',
  },
  /** The peer does not have what the request names. */
  REMOTE_NOT_FOUND: {
    severity: 'low',
    category: 'not-found',
    retryable: 'never',
    executed: 'no',
  },
  /** The peer refused the request because there are too many. */
  REMOTE_OVERLOADED: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
  },
  /** The peer, or something before it, ran out of time. */
  REMOTE_TIMEOUT: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The peer does not know who asks. */
  REMOTE_UNAUTHENTICATED: {
    severity: 'medium',
    category: 'unauthenticated',
    retryable: 'never',
    executed: 'no',
  },
  /** The peer, or something before it, cannot serve at present; the request may have reached it. */
  REMOTE_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
});
