import { type Duration, toMillis, type World } from '@holdfast/core';
import { latencyByOwnDelays } from '../analysis/worst-case.ts';
import { circuitBreaker } from '../breaker/circuit-breaker.ts';
import { bulkhead } from '../bulkhead/bulkhead.ts';
import { fallback, type Substitution } from '../fallback/fallback.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { retry } from '../retry/retry.ts';
import { retryBudget } from '../retry/retry-budget.ts';
import { timeout } from '../timeout/timeout.ts';

export interface ProtectOptions<Substitute = never> {
  /** Name of the pipeline's operations in telemetry, and of its policies with their kind. Default `protected`. */
  readonly name?: string;
  /** How long one attempt may take. Default 5 s. */
  readonly timeout?: Duration;
  /**
   * How long the whole call may take, retries and waits included. Default: enough for every attempt to take its full
   * time, and to wait as long as it may before.
   */
  readonly totalTimeout?: Duration;
  /** How often it is tried at most. Default 3. */
  readonly attempts?: number;
  /** How many attempts may be under way at once; as many again may wait, for as long as one may take. Default 100. */
  readonly maxConcurrent?: number;
  /** Whether repeating a call is harmless. Default true; a call may say otherwise for itself. */
  readonly idempotent?: boolean;
  /** Answers when all else has failed. Default: the call fails. */
  readonly fallback?: Substitution<Substitute>;
  readonly world?: World;
}

/** The codes that a {@link protect}ed call can fail with. */
export type ProtectedCode =
  | 'BREAKER_OPEN'
  | 'BULKHEAD_FULL'
  | 'FALLBACK_FAILED'
  | 'QUEUE_TIMEOUT'
  | 'TIMEOUT';

/**
 * Everything that a call to another service should have, in the order that works: fallback, total timeout, retry with
 * a budget, circuit breaker, bulkhead, timeout of each attempt. Make one for each service, once, and keep it.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work.
 */
export function protect<Substitute = never>(
  options: ProtectOptions<Substitute> = {},
): Pipeline<ProtectedCode, Substitute> {
  const { name = 'protected', attempts = 3, idempotent = true, maxConcurrent = 100 } = options;
  const { timeout: attemptTimeout = '5s' } = options;
  const world = options.world === undefined ? undefined : { world: options.world };
  const called = (kind: string) => ({ name: `${name}-${kind}`, ...world });
  const retried: AnyPolicy[] = [
    retry({ ...called('retry'), maxAttempts: attempts, idempotent, budget: retryBudget(world) }),
    circuitBreaker(called('breaker')),
    bulkhead({ ...called('bulkhead'), maxConcurrent, maxQueue: maxConcurrent, queueTimeout: attemptTimeout }),
    timeout(attemptTimeout, called('timeout')),
  ];
  const needed = latencyByOwnDelays(retried.map((policy) => policy.describe()));
  const total = timeout(options.totalTimeout ?? toMillis(needed), called('total-timeout'));
  const layers: AnyPolicy[] = [total, ...retried];
  if (options.fallback !== undefined) layers.unshift(fallback(options.fallback, called('fallback')));
  return new Pipeline<ProtectedCode, Substitute>(layers, { name, ...world });
}
