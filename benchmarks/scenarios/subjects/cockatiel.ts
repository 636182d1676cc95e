import type { TimeoutStrategy } from 'cockatiel';
import { cockatiel, versions } from '../../peers.ts';
import { type Guard, IgnoredError, type Operation, type Subject } from '../scenario.ts';

const {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ConstantBackoff,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  retry,
  SamplingBreaker,
  timeout,
  wrap,
} = cockatiel;

type Policy = {
  execute<T>(call: (context: { signal: AbortSignal }) => Promise<T>, signal?: AbortSignal): Promise<T>;
};

const aggressive = 'aggressive' as TimeoutStrategy.Aggressive;
const handled = handleWhen((error) => !(error instanceof IgnoredError));

export const cockatielSubject: Subject = {
  name: 'cockatiel',
  version: versions.cockatiel,
  capabilities: {
    breaker: (options) => ({
      ...guard(makeBreaker(options)),
      advice: (refusal) => ({ ...(refusal as object) }),
    }),
    timeWindowBreaker: ({ windowMilliseconds }) =>
      guard(
        circuitBreaker(handleAll, {
          halfOpenAfter: 60_000,
          breaker: new SamplingBreaker({ threshold: 0.5, duration: windowMilliseconds, minimumRps: 5 }),
        }),
      ),
    // Its `maxAttempts` is passed as it reads: how many attempts there are at most.
    retry: (options) => guard(makeRetry(options)),
    retryAroundBreaker: ({ openMilliseconds, ...options }) =>
      guard(wrap(makeRetry(options), makeBreaker({ failures: 1, openMilliseconds }))),
    delays(count) {
      const delays: number[] = [];
      let backoff = new ExponentialBackoff({ initialDelay: 100, maxDelay: 30_000 }).next();
      while (delays.length < count) {
        backoff = backoff.next(undefined);
        delays.push(backoff.duration);
      }
      return delays;
    },
    bulkhead: ({ maxConcurrent }) => guard(bulkhead(maxConcurrent)),
    queue: ({ maxConcurrent, maxQueue }) => guard(bulkhead(maxConcurrent, maxQueue)),
    timeout: (milliseconds) => guard(timeout(milliseconds, aggressive)),
    chain: () => makeChain(),
    abortableChain: () => makeChain(),
  },
};

function makeBreaker({ failures, openMilliseconds }: { failures: number; openMilliseconds: number }) {
  return circuitBreaker(handled, {
    halfOpenAfter: openMilliseconds,
    breaker: new ConsecutiveBreaker(failures),
  });
}

function makeRetry({ maxAttempts, delayMilliseconds }: { maxAttempts: number; delayMilliseconds: number }) {
  return retry(handleAll, { maxAttempts, backoff: new ConstantBackoff(delayMilliseconds) });
}

function guard(policy: Policy): Guard {
  return {
    execute: <T>(operation: Operation<T>, signal?: AbortSignal) =>
      policy.execute((context) => operation(context.signal), signal),
  };
}

function makeChain(): Guard {
  return guard(
    wrap(
      makeRetry({ maxAttempts: 2, delayMilliseconds: 1 }),
      makeBreaker({ failures: 5, openMilliseconds: 1_000 }),
      bulkhead(10, 20),
      timeout(1_000, aggressive),
    ),
  );
}
