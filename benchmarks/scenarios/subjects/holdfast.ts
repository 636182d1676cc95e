import { isHoldfastError, platformWorld } from '@holdfast/core';
import {
  bulkhead,
  circuitBreaker,
  constant,
  decorrelated,
  pipeline,
  rateLimiter,
  retry,
  timeout,
} from '@holdfast/resilience';
import {
  type BreakerOptions,
  type Guard,
  IgnoredError,
  type Operation,
  type RetryOptions,
  type Subject,
} from '../scenario.ts';

type Calls = {
  execute<T>(
    operation: (attempt: { readonly signal: AbortSignal }) => Promise<T>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>;
};

export const holdfastSubject: Subject = {
  name: 'holdfast',
  version: 'here',
  capabilities: {
    breaker: (options) => ({
      ...guard(makeBreaker(options)),
      advice(refusal) {
        if (!isHoldfastError(refusal)) return {};
        const { retryAfter, origin } = refusal;
        return {
          ...(retryAfter !== undefined && { retryAfterMilliseconds: retryAfter }),
          ...(origin?.component !== undefined && { name: origin.component }),
        };
      },
    }),
    timeWindowBreaker: ({ windowMilliseconds }) =>
      guard(circuitBreaker({ window: { type: 'time', duration: windowMilliseconds }, minimumThroughput: 5 })),
    retry: (options) => guard(makeRetry(options)),
    retryAroundBreaker: ({ openMilliseconds, ...options }) =>
      guard(pipeline(makeRetry(options), makeBreaker({ failures: 1, openMilliseconds }))),
    delays(count) {
      const backoff = decorrelated({ initial: '100ms', max: '30s' });
      const { random } = platformWorld();
      let micros = 0;
      return Array.from({ length: count }, (_, index) => {
        micros = backoff.delay(index + 1, micros, random);
        return micros / 1_000;
      });
    },
    bulkhead: ({ maxConcurrent }) => guard(bulkhead({ maxConcurrent, maxQueue: 0 })),
    queue: (options) => guard(bulkhead(options)),
    timeout: (milliseconds) => guard(timeout(milliseconds)),
    limiter({ limit, periodMilliseconds }) {
      const limiter = rateLimiter({ limit, period: periodMilliseconds });
      return () => limiter.tryAcquire();
    },
    chain: () => makeChain(),
    abortableChain: () => makeChain(),
  },
};

function makeBreaker({ failures, openMilliseconds }: BreakerOptions) {
  return circuitBreaker({
    name: 'payments',
    consecutiveFailures: failures,
    openDuration: openMilliseconds,
    openDurationMax: openMilliseconds,
    judgeError: (error) => (error instanceof IgnoredError ? 'ignored' : 'failure'),
  });
}

function makeRetry({ maxAttempts, delayMilliseconds }: RetryOptions) {
  return retry({ maxAttempts, backoff: constant(delayMilliseconds) });
}

function makeChain(): Guard {
  return guard(
    pipeline(
      makeRetry({ maxAttempts: 2, delayMilliseconds: 1 }),
      makeBreaker({ failures: 5, openMilliseconds: 1_000 }),
      bulkhead({ maxConcurrent: 10, maxQueue: 20 }),
      timeout('1s'),
    ),
  );
}

function guard(calls: Calls): Guard {
  return {
    execute: <T>(operation: Operation<T>, signal?: AbortSignal) =>
      calls.execute(({ signal: attempt }) => operation(attempt), signal && { signal }),
  };
}
