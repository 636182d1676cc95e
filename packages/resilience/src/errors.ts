import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors that policies and pipelines produce. */
export type ResilienceErrorCode =
  | 'OPERATION_FAILED'
  | 'BREAKER_OPEN'
  | 'TIMEOUT'
  | 'BULKHEAD_FULL'
  | 'QUEUE_TIMEOUT'
  | 'RATE_LIMITED'
  | 'CONCURRENCY_LIMITED'
  | 'LOAD_SHED'
  | 'ASYNC_REQUIRED'
  | 'WORKER_CRASHED'
  | 'RECOVERY_FAILED'
  | 'KEY_REQUIRED'
  | 'STORE_UNAVAILABLE'
  | 'FALLBACK_FAILED';

export const resilienceErrors: ErrorCatalogue<ResilienceErrorCode> = defineErrors<ResilienceErrorCode>({
  /** The protected operation itself failed; the cause is what it threw. Only in outcomes, never thrown. */
  OPERATION_FAILED: {
    severity: 'medium',
    category: 'internal',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** A circuit breaker refuses calls because too many of the recent ones failed or were slow. */
  BREAKER_OPEN: {
    severity: 'medium',
    category: 'rejected',
    retryable: 'safe',
    executed: 'no',
  },
  /** The layers inside a timeout took longer than it allows; their AbortSignal has been aborted. */
  TIMEOUT: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** All permits of a bulkhead are taken and its queue is full. */
  BULKHEAD_FULL: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
  },
  /** The call waited in a queue for as long as the policy lets it and was not served. */
  QUEUE_TIMEOUT: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
  },
  /** A rate limit is used up; retryAfter says when there is room again. */
  RATE_LIMITED: {
    severity: 'low',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
  },
  /** An adaptive concurrency limit is reached. */
  CONCURRENCY_LIMITED: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
  },
  /** A call was shed because the load is too high for its priority. */
  LOAD_SHED: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
  },
  /** A synchronous call met a policy that has to wait, or an operation that returned a promise. */
  ASYNC_REQUIRED: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'maybe',
  },
  /** The worker thread or process that ran the call ended before it answered. */
  WORKER_CRASHED: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** Every recovery strategy was tried and the component still does not work; causes hold each failure. */
  RECOVERY_FAILED: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'never',
    executed: 'maybe',
  },
  /** A keyed policy got a call without a key. */
  KEY_REQUIRED: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'no',
  },
  /** The store behind a distributed policy did not answer, and the policy is set to fail closed. */
  STORE_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'safe',
    executed: 'no',
  },
  /** The call failed, and so did its fallback; causes hold both failures, the original one first. */
  FALLBACK_FAILED: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
});
