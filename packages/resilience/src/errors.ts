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
  OPERATION_FAILED: {
    severity: 'medium',
    category: 'internal',
    retryable: 'if-idempotent',
    executed: 'maybe',
    summary:
      'The protected operation itself failed; the cause is what it threw. Only in outcomes, never thrown.',
  },
  BREAKER_OPEN: {
    severity: 'medium',
    category: 'rejected',
    retryable: 'safe',
    executed: 'no',
    summary: 'A circuit breaker refuses calls because too many of the recent ones failed or were slow.',
  },
  TIMEOUT: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'if-idempotent',
    executed: 'maybe',
    summary: 'The layers inside a timeout took longer than it allows; their AbortSignal has been aborted.',
  },
  BULKHEAD_FULL: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
    summary: 'All permits of a bulkhead are taken and its queue is full.',
  },
  QUEUE_TIMEOUT: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
    summary: 'The call waited in a queue for as long as the policy lets it and was not served.',
  },
  RATE_LIMITED: {
    severity: 'low',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
    summary: 'A rate limit is used up; retryAfter says when there is room again.',
  },
  CONCURRENCY_LIMITED: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
    summary: 'An adaptive concurrency limit is reached.',
  },
  LOAD_SHED: {
    severity: 'medium',
    category: 'overload',
    retryable: 'safe',
    executed: 'no',
    summary: 'A call was shed because the load is too high for its priority.',
  },
  ASYNC_REQUIRED: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'maybe',
    summary: 'A synchronous call met a policy that has to wait, or an operation that returned a promise.',
  },
  WORKER_CRASHED: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
    summary: 'The worker thread or process that ran the call ended before it answered.',
  },
  RECOVERY_FAILED: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'never',
    executed: 'maybe',
    summary:
      'Every recovery strategy was tried and the component still does not work; causes hold each failure.',
  },
  KEY_REQUIRED: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'no',
    summary: 'A keyed policy got a call without a key.',
  },
  STORE_UNAVAILABLE: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'safe',
    executed: 'maybe',
    summary: 'The store behind a distributed policy did not answer, and the policy is set to fail closed.',
  },
  FALLBACK_FAILED: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
    summary: 'The call failed, and so did its fallback; causes hold both failures, the original one first.',
  },
});
