import type { Duration, World } from '@holdfast/core';
import type { AdaptiveBreakerOptions } from '../adaptive/adaptive-breaker.ts';
import type { AdaptiveTimeoutOptions } from '../adaptive/adaptive-timeout.ts';
import type { ConcurrencyLimitOptions } from '../adaptive/concurrency-limit.ts';
import type { LoadShedderOptions } from '../adaptive/load-shedder.ts';
import type { ThrottleOptions } from '../adaptive/throttle.ts';
import type { CircuitBreakerOptions } from '../breaker/circuit-breaker.ts';
import type { BulkheadOptions } from '../bulkhead/bulkhead.ts';
import type { FallbackOptions } from '../fallback/fallback.ts';
import type { FeatureSwitchOptions } from '../fallback/feature-switch.ts';
import type { StaleCacheOptions } from '../fallback/stale-cache.ts';
import type { CoalesceOptions } from '../hedging/coalesce.ts';
import type { HedgeOptions } from '../hedging/hedge.ts';
import type { KeyedOptions } from '../keyed/keyed.ts';
import type { KeyedRateLimiterOptions } from '../rate-limit/keyed-rate-limiter.ts';
import type { RateLimiterOptions } from '../rate-limit/rate-limiter.ts';
import type { Backoff, GrowingBackoffOptions, Jitter } from '../retry/backoff.ts';
import type { RetryOptions } from '../retry/retry.ts';
import type { RetryBudget, RetryBudgetOptions } from '../retry/retry-budget.ts';
import type { TimeoutOptions } from '../timeout/timeout.ts';

/** A pipeline as plain JSON. The schema of it is `@holdfast/resilience/pipeline.schema.json`. */
export interface PipelineConfiguration {
  /** Where editors find the schema. Not looked at. */
  readonly $schema?: string;
  /** Default `pipeline`. */
  readonly name?: string;
  /** The first is the outermost. Two of the same type need different names. */
  readonly policies: readonly PolicyConfiguration[];
  /** Retry budgets by name, for the policies that share them. */
  readonly budgets?: Readonly<Record<string, BudgetConfiguration>>;
}

/** The configuration of one policy: its `type`, and the options that its factory takes. */
export type PolicyConfiguration = {
  [Type in PolicyType]: { readonly type: Type } & PolicyConfigurations[Type];
}[PolicyType];

/** What a policy may be, as `type` in a configuration. */
export type PolicyType = keyof PolicyConfigurations;

/** The options of each type of policy. */
export interface PolicyConfigurations {
  readonly 'adaptive-breaker': Configured<AdaptiveBreakerOptions>;
  readonly 'adaptive-timeout': Configured<AdaptiveTimeoutOptions>;
  readonly bulkhead: Configured<BulkheadOptions>;
  readonly 'circuit-breaker': Configured<CircuitBreakerOptions>;
  readonly coalesce: Configured<CoalesceOptions>;
  readonly 'concurrency-limit': Configured<ConcurrencyLimitOptions>;
  readonly fallback: Configured<FallbackOptions> & {
    /** The name of the function that makes the substitute of the error. */
    readonly substitute: string;
  };
  readonly 'feature-switch': Configured<FeatureSwitchOptions> & {
    /** The name of the function that makes the substitute. */
    readonly substitute: string;
  };
  readonly hedge: Configured<HedgeOptions>;
  readonly keyed: Configured<KeyedOptions> & {
    /** What each key gets one of: any but a `keyed`. */
    readonly policy: Exclude<PolicyConfiguration, { readonly type: 'keyed' }>;
  };
  readonly 'keyed-rate-limiter': Configured<KeyedRateLimiterOptions>;
  readonly 'load-shedder': Configured<LoadShedderOptions>;
  readonly 'rate-limiter': Configured<RateLimiterOptions>;
  readonly retry: Configured<RetryOptions>;
  readonly 'stale-cache': Configured<StaleCacheOptions>;
  readonly throttle: Configured<ThrottleOptions>;
  readonly timeout: Configured<TimeoutOptions> & { readonly duration: Duration };
}

export type BudgetConfiguration = Configured<RetryBudgetOptions>;

/** As the functions of the same names take it. */
export type BackoffConfiguration =
  | { readonly type: 'constant'; readonly delay: Duration; readonly jitter?: Jitter }
  | ({ readonly type: 'linear'; readonly step?: Duration } & GrowingBackoffOptions)
  | ({ readonly type: 'exponential'; readonly factor?: number } & GrowingBackoffOptions)
  | ({ readonly type: 'fibonacci' } & GrowingBackoffOptions)
  | ({ readonly type: 'decorrelated' } & Omit<GrowingBackoffOptions, 'jitter'>)
  | { readonly type: 'delays'; readonly list: readonly Duration[]; readonly jitter?: Jitter };

/** `Options` as JSON: a function or a budget is the name of one, and the world is left to the code. */
export type Configured<Options> = {
  readonly [Name in keyof Options as Name extends 'world' | 'share' ? never : Name]: ConfiguredValue<
    Options[Name]
  >;
};

type ConfiguredValue<Value> = Value extends World
  ? never
  : Value extends RetryBudget
    ? string
    : Value extends Backoff
      ? BackoffConfiguration
      : Value extends (...args: never[]) => unknown
        ? string
        : Value;
