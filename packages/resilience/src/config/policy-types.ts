import type { World } from '@holdfast/core';
import { AdaptiveBreaker, type AdaptiveBreakerOptions } from '../adaptive/adaptive-breaker.ts';
import { AdaptiveTimeout, type AdaptiveTimeoutOptions } from '../adaptive/adaptive-timeout.ts';
import { ConcurrencyLimit, type ConcurrencyLimitOptions } from '../adaptive/concurrency-limit.ts';
import { LoadShedder, type LoadShedderOptions } from '../adaptive/load-shedder.ts';
import { Throttle, type ThrottleOptions } from '../adaptive/throttle.ts';
import { CircuitBreaker, type CircuitBreakerOptions } from '../breaker/circuit-breaker.ts';
import { Bulkhead, type BulkheadOptions } from '../bulkhead/bulkhead.ts';
import { Fallback, type FallbackOptions, type Substitution } from '../fallback/fallback.ts';
import { FeatureSwitch, type FeatureSwitchOptions } from '../fallback/feature-switch.ts';
import { StaleCache, type StaleCacheOptions } from '../fallback/stale-cache.ts';
import { Coalesce, type CoalesceOptions } from '../hedging/coalesce.ts';
import { Hedge, type HedgeOptions } from '../hedging/hedge.ts';
import { Keyed, type KeyedOptions } from '../keyed/keyed.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { limiterAlgorithms } from '../rate-limit/algorithm.ts';
import { KeyedRateLimiter, type KeyedRateLimiterOptions } from '../rate-limit/keyed-rate-limiter.ts';
import { RateLimiter, type RateLimiterOptions } from '../rate-limit/rate-limiter.ts';
import { Retry, type RetryOptions } from '../retry/retry.ts';
import { Timeout, type TimeoutOptions } from '../timeout/timeout.ts';
import { backoffVariants } from './backoff-types.ts';
import type { PolicyConfigurations, PolicyType } from './configuration.ts';
import {
  budgetName,
  choice,
  duration,
  type Field,
  functionName,
  number,
  positiveDuration,
  required,
  text,
  type Variants,
  whole,
} from './shape.ts';

/** The options of a policy, checked and with their names resolved: what its factory takes. */
export type ResolvedOptions = Readonly<Record<string, unknown>>;

/** How policies of one type come out of a configuration. */
export interface PolicyKind {
  /** @param create - makes the policy of a key, for a `keyed`. */
  build(options: ResolvedOptions, world: World | undefined, create: () => AnyPolicy): AnyPolicy;
  /**
   * Brings a policy over to new options, its state kept. Absent where there is no state: a new policy loses nothing
   * then, and calls under way keep the old one's options.
   */
  readonly reconfigure?: (policy: AnyPolicy, options: ResolvedOptions, keys: KeyChanges) => void;
  /** Options that cannot change while a policy runs. Default: none. */
  readonly fixed?: readonly string[];
}

/** What changes about the policies of keys, for a `keyed`. */
export interface KeyChanges {
  readonly create: () => AnyPolicy;
  readonly carryOver: (policy: AnyPolicy) => AnyPolicy;
}

type FieldsOf<Type extends PolicyType> = {
  readonly [Name in Exclude<keyof PolicyConfigurations[Type], 'name'>]-?: Field;
};

const judges = { judgeError: functionName, judgeResult: functionName };
const rate = number(0, 1);
const many = whole(1);

/** What all breakers have. */
const breaker = {
  ...judges,
  consecutiveFailures: many,
  slowCallDuration: duration,
  slowRate: rate,
  openDuration: positiveDuration,
  openDurationFactor: number(1, 100),
  openDurationMax: duration,
  halfOpen: { is: 'record', fields: { probes: many, maxWait: positiveDuration } },
  severityWeights: {
    is: 'record',
    fields: { low: number(0, 100), medium: number(0, 100), high: number(0, 100), critical: number(0, 100) },
  },
} as const;

/** What all rate limiters have. */
const limits = {
  algorithm: choice(...limiterAlgorithms),
  limit: required(many),
  period: required(positiveDuration),
  burst: many,
};

const plainFields: { readonly [Type in Exclude<PolicyType, 'keyed'>]: FieldsOf<Type> } = {
  'adaptive-breaker': {
    ...breaker,
    windowSize: whole(20, 10_000),
    initialFailureRate: rate,
    riseMin: rate,
  },
  'adaptive-timeout': {
    percentile: number(50, 99.9),
    factor: number(1, 100),
    min: positiveDuration,
    max: required(positiveDuration),
    window: positiveDuration,
  },
  bulkhead: {
    maxConcurrent: required(many),
    maxQueue: whole(0),
    queueTimeout: positiveDuration,
    release: choice('answered', 'settled'),
  },
  'circuit-breaker': {
    ...breaker,
    window: {
      is: 'variants',
      of: {
        count: { size: required(whole(1, 1_000_000)) },
        time: { duration: required(positiveDuration), buckets: whole(1, 1_000) },
      },
    },
    failureRate: { is: 'either', of: [rate, choice('off')] },
    minimumThroughput: many,
  },
  coalesce: { maxKeys: many },
  'concurrency-limit': {
    ...judges,
    algorithm: choice('adaptive', 'gradient2', 'vegas', 'aimd'),
    initial: many,
    min: many,
    max: many,
  },
  fallback: { ...judges, substitute: required(functionName) },
  'feature-switch': { substitute: required(functionName) },
  hedge: { ...judges, delay: required(duration), maxAttempts: whole(1, 100), budget: budgetName },
  'keyed-rate-limiter': { ...limits, keysMax: whole(1, 16_000_000), whenFull: choice('refuse', 'evict') },
  'load-shedder': {
    load: required(functionName),
    loadMax: rate,
    priorities: whole(1, 1_000),
    interval: positiveDuration,
  },
  'rate-limiter': { ...limits, maxQueue: whole(0, 1_000_000) },
  retry: {
    ...judges,
    maxAttempts: whole(1, 1_000),
    backoff: { is: 'variants', of: backoffVariants },
    idempotent: { is: 'flag' },
    retryRefusals: { is: 'flag' },
    retryAfterMax: duration,
    budget: budgetName,
    load: functionName,
    loadMax: rate,
  },
  'stale-cache': { maxAge: positiveDuration, maxEntries: many },
  throttle: { ...judges, ratio: number(1, 1_000), window: positiveDuration },
  timeout: { duration: required(positiveDuration) },
};

/** The fields of each type of policy that a key may have one of. */
const plainVariants: Variants = Object.fromEntries(
  Object.entries(plainFields).map(([type, own]) => [type, { name: text, ...own }]),
);

const keyedFields: FieldsOf<'keyed'> = {
  policy: required({ is: 'variants', of: plainVariants }),
  maxKeys: many,
  idleAfter: positiveDuration,
};

/** The fields of each type of policy. */
export const policyVariants: Variants = { ...plainVariants, keyed: { name: text, ...keyedFields } };

export const policyKinds: Readonly<Record<PolicyType, PolicyKind>> = {
  'adaptive-breaker': {
    build: (options, world) => new AdaptiveBreaker(placed<AdaptiveBreakerOptions>(options, world)),
  },
  'adaptive-timeout': {
    build: (options, world) => new AdaptiveTimeout(placed<AdaptiveTimeoutOptions>(options, world)),
  },
  bulkhead: {
    build: (options, world) => new Bulkhead(placed<BulkheadOptions>(options, world)),
    reconfigure: (policy, options) => (policy as Bulkhead).reconfigure(options),
  },
  'circuit-breaker': {
    build: (options, world) => new CircuitBreaker(placed<CircuitBreakerOptions>(options, world)),
    reconfigure: (policy, options) => (policy as CircuitBreaker).reconfigure(options),
  },
  coalesce: { build: (options, world) => new Coalesce(placed<CoalesceOptions>(options, world)) },
  'concurrency-limit': {
    build: (options, world) => new ConcurrencyLimit(placed<ConcurrencyLimitOptions>(options, world)),
  },
  fallback: {
    build: ({ substitute, ...options }, world) =>
      new Fallback(substitute as Substitution<unknown>, placed<FallbackOptions>(options, world)),
  },
  'feature-switch': {
    build: ({ substitute, ...options }, world) =>
      new FeatureSwitch(substitute as () => unknown, placed<FeatureSwitchOptions>(options, world)),
    reconfigure: (policy, { substitute }) =>
      (policy as FeatureSwitch<unknown>).reconfigure(substitute as () => unknown),
  },
  hedge: { build: (options, world) => new Hedge(placed<HedgeOptions>(options, world)) },
  keyed: {
    build: (options, world, create) => new Keyed(create, placed<KeyedOptions>(options, world)),
    reconfigure: (policy, options, keys) =>
      (policy as Keyed<string, unknown>).reconfigure({ ...options, ...keys }),
  },
  'keyed-rate-limiter': {
    build: (options, world) => new KeyedRateLimiter(placed<KeyedRateLimiterOptions>(options, world)),
    reconfigure: (policy, options) => (policy as KeyedRateLimiter).reconfigure(options),
    fixed: ['algorithm', 'keysMax', 'whenFull'],
  },
  'load-shedder': {
    build: (options, world) => new LoadShedder(placed<LoadShedderOptions>(options, world)),
  },
  'rate-limiter': {
    build: (options, world) => new RateLimiter(placed<RateLimiterOptions>(options, world)),
    reconfigure: (policy, options) => (policy as RateLimiter).reconfigure(options),
    fixed: ['algorithm', 'maxQueue'],
  },
  retry: {
    build: (options, world) => new Retry(placed<RetryOptions>(options, world)),
  },
  'stale-cache': {
    build: (options, world) => new StaleCache(placed<StaleCacheOptions>(options, world)),
    reconfigure: (policy, options) => (policy as StaleCache).reconfigure(options),
  },
  throttle: { build: (options, world) => new Throttle(placed<ThrottleOptions>(options, world)) },
  timeout: {
    build: ({ duration: limit, ...options }, world) =>
      new Timeout(limit as number, placed<TimeoutOptions>(options, world)),
  },
};

/** Checked options, without those that are left out, as what the constructor calls them, in the given world. */
function placed<Options>(options: ResolvedOptions, world: World | undefined): Options {
  const given = Object.entries({ ...options, world }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Options;
}
