import type { World } from '@holdfast/core';
import { CircuitBreaker, type CircuitBreakerOptions } from '../breaker/circuit-breaker.ts';
import { Bulkhead, type BulkheadOptions } from '../bulkhead/bulkhead.ts';
import { Fallback, type FallbackOptions, type Substitution } from '../fallback/fallback.ts';
import { FeatureSwitch, type FeatureSwitchOptions } from '../fallback/feature-switch.ts';
import { StaleCache, type StaleCacheOptions } from '../fallback/stale-cache.ts';
import { Coalesce, type CoalesceOptions } from '../hedging/coalesce.ts';
import { Hedge, type HedgeOptions } from '../hedging/hedge.ts';
import { Keyed, type KeyedOptions } from '../keyed/keyed.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
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

const plainFields: { readonly [Type in Exclude<PolicyType, 'keyed'>]: FieldsOf<Type> } = {
  bulkhead: {
    maxConcurrent: required(many),
    maxQueue: whole(0),
    queueTimeout: positiveDuration,
    release: choice('answered', 'settled'),
  },
  'circuit-breaker': {
    ...judges,
    window: {
      is: 'variants',
      of: {
        count: { size: required(whole(1, 1_000_000)) },
        time: { duration: required(positiveDuration), buckets: whole(1, 1_000) },
      },
    },
    failureRate: { is: 'either', of: [rate, choice('off')] },
    minimumThroughput: many,
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
  },
  coalesce: { maxKeys: many },
  fallback: { ...judges, substitute: required(functionName) },
  'feature-switch': { substitute: required(functionName) },
  hedge: { ...judges, delay: required(duration), maxAttempts: whole(1, 100), budget: budgetName },
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
  bulkhead: {
    build: (options, world) => new Bulkhead(placed<BulkheadOptions>(options, world)),
    reconfigure: (policy, options) => (policy as Bulkhead).reconfigure(options),
  },
  'circuit-breaker': {
    build: (options, world) => new CircuitBreaker(placed<CircuitBreakerOptions>(options, world)),
    reconfigure: (policy, options) => (policy as CircuitBreaker).reconfigure(options),
  },
  coalesce: { build: (options, world) => new Coalesce(placed<CoalesceOptions>(options, world)) },
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
  retry: {
    build: (options, world) => new Retry(placed<RetryOptions>(options, world)),
  },
  'stale-cache': {
    build: (options, world) => new StaleCache(placed<StaleCacheOptions>(options, world)),
    reconfigure: (policy, options) => (policy as StaleCache).reconfigure(options),
  },
  timeout: {
    build: ({ duration: limit, ...options }, world) =>
      new Timeout(limit as number, placed<TimeoutOptions>(options, world)),
  },
};

/** Checked options, as what the constructor calls them, in the given world. */
function placed<Options>(options: ResolvedOptions, world: World | undefined): Options {
  return (world === undefined ? options : { ...options, world }) as Options;
}
