export {
  AdaptiveBreaker,
  type AdaptiveBreakerOptions,
  adaptiveBreaker,
} from './adaptive/adaptive-breaker.ts';
export {
  AdaptiveTimeout,
  type AdaptiveTimeoutOptions,
  adaptiveTimeout,
} from './adaptive/adaptive-timeout.ts';
export {
  type ConcurrencyAlgorithm,
  ConcurrencyLimit,
  type ConcurrencyLimitOptions,
  type ConcurrencyState,
  concurrencyLimit,
} from './adaptive/concurrency-limit.ts';
export { LoadShedder, type LoadShedderOptions, loadShedder } from './adaptive/load-shedder.ts';
export { Throttle, type ThrottleOptions, throttle } from './adaptive/throttle.ts';
export { type Analysable, type Analysis, analyse } from './analysis/analyse.ts';
export { type Explanation, explain } from './analysis/explain.ts';
export type { Finding, FindingCode, FindingSeverity } from './analysis/finding.ts';
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
export { Bulkhead, type BulkheadOptions, bulkhead } from './bulkhead/bulkhead.ts';
export type { CapacityShare } from './bulkhead/capacity.ts';
export { type PartitionOptions, partition } from './bulkhead/partition.ts';
export { type ProtectedByOptions, type Protector, protectedBy } from './decorators/protected-by.ts';
export { type ResilienceErrorCode, resilienceErrors } from './errors.ts';
export { type DegradedEvent, degraded } from './fallback/degraded.ts';
export { Fallback, type FallbackOptions, fallback, type Substitution } from './fallback/fallback.ts';
export { FeatureSwitch, type FeatureSwitchOptions, featureSwitch } from './fallback/feature-switch.ts';
export { StaleCache, type StaleCacheOptions, staleCache } from './fallback/stale-cache.ts';
export { Coalesce, type CoalesceOptions, coalesce } from './hedging/coalesce.ts';
export { Hedge, type HedgeEvent, type HedgeOptions, hedge, hedgeStarted } from './hedging/hedge.ts';
export {
  type FetchPipeline,
  type ProtectedFetchOptions,
  protectedFetch,
} from './http/protected-fetch.ts';
export type { Judgement, JudgeOptions } from './judgement.ts';
export { Keyed, type KeyedChanges, type KeyedOptions, keyed } from './keyed/keyed.ts';
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
export { Pipeline, type PipelineOptions, pipeline, pipelines } from './pipeline/pipeline.ts';
export {
  type AnyPolicy,
  type CodesOf,
  type EnterVerdict,
  type ExitVerdict,
  Policy,
  type SubstituteOf,
} from './pipeline/policy.ts';
export type { PolicyCondition } from './pipeline/policy-condition.ts';
export { type PolicyDescription, transparent } from './pipeline/policy-description.ts';
export { type RejectingPolicy, Rejection, type RejectionFacts } from './pipeline/rejection.ts';
export { type ProtectedCode, type ProtectOptions, protect } from './presets/protect.ts';
export type { LimiterAlgorithm, RateLimitOptions } from './rate-limit/algorithm.ts';
export { type BucketUnits, bucketUnits } from './rate-limit/bucket.ts';
export {
  DistributedRateLimiter,
  type DistributedRateLimiterOptions,
  distributedRateLimiter,
} from './rate-limit/distributed-rate-limiter.ts';
export { type LimiterStoreEvent, limiterStoreChanged } from './rate-limit/guarded-store.ts';
export {
  KeyedRateLimiter,
  type KeyedRateLimiterOptions,
  keyedRateLimiter,
} from './rate-limit/keyed-rate-limiter.ts';
export type { RateLimit } from './rate-limit/limiter-core.ts';
export type { KeyedLimiterState, LimiterState, LimiterStateHead } from './rate-limit/limiter-state.ts';
export type { LimiterStore, StoredAlgorithm, StoredLimit, Taken } from './rate-limit/limiter-store.ts';
export { MemoryLimiterStore } from './rate-limit/memory-limiter-store.ts';
export { RateLimiter, type RateLimiterOptions, rateLimiter } from './rate-limit/rate-limiter.ts';
export type { Component } from './recovery/component.ts';
export type { RecoveryStrategy } from './recovery/recovery-chain.ts';
export {
  type RecoveryAttemptEvent,
  type RecoveryEvent,
  recoveryAttempted,
  recoveryEnded,
} from './recovery/recovery-record.ts';
export type { RecoveryStepOptions } from './recovery/recovery-steps.ts';
export {
  type SupervisedState,
  Supervisor,
  type SupervisorOptions,
  supervise,
} from './recovery/supervisor.ts';
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
export { finalError } from './retry/final-error.ts';
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
