export type {
  BreakerSnapshot,
  BreakerState,
  BreakerTransition,
  ManualBreakerState,
  TransitionReason,
} from './breaker/breaker-core.ts';
export {
  type BreakerTransitionEvent,
  breakerTransition,
  CircuitBreaker,
  type CircuitBreakerOptions,
  circuitBreaker,
} from './breaker/circuit-breaker.ts';
export type { Tally } from './breaker/window.ts';
export { type ResilienceErrorCode, resilienceErrors } from './errors.ts';
export type { Judgement, JudgeOptions } from './judgement.ts';
export type { Attempt } from './pipeline/attempt.ts';
export type { CallOptions } from './pipeline/call-options.ts';
export type { Execution } from './pipeline/execution.ts';
export type {
  CommonFailureCode,
  Failure,
  Operation,
  Outcome,
  PipelineFailure,
  Success,
} from './pipeline/outcome.ts';
export { Pipeline, type PipelineOptions, pipeline } from './pipeline/pipeline.ts';
export {
  type AnyPolicy,
  type CodesOf,
  type EnterVerdict,
  type ExitVerdict,
  Policy,
  type SubstituteOf,
} from './pipeline/policy.ts';
export { type PolicyDescription, transparent } from './pipeline/policy-description.ts';
export { type RejectingPolicy, Rejection, type RejectionFacts } from './pipeline/rejection.ts';
export {
  type Backoff,
  constant,
  decorrelated,
  delays,
  exponential,
  fibonacci,
  type GrowingBackoffOptions,
  type Jitter,
  linear,
} from './retry/backoff.ts';
export { wasRetried } from './retry/retried.ts';
export {
  Retry,
  type RetryEvent,
  type RetryOptions,
  type RetryStop,
  retry,
  retryDecided,
} from './retry/retry.ts';
export { RetryBudget, type RetryBudgetOptions, retryBudget } from './retry/retry-budget.ts';
export { Timeout, type TimeoutOptions, timeout } from './timeout/timeout.ts';
