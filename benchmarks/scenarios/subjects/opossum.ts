import { opossum, versions } from '../../peers.ts';
import { type Guard, IgnoredError, type Operation, type Subject } from '../scenario.ts';

type Options = ConstructorParameters<typeof opossum>[1];

export const opossumSubject: Subject = {
  name: 'opossum',
  version: versions.opossum,
  capabilities: {
    breaker: ({ failures, openMilliseconds }) => ({
      ...guard({
        timeout: false,
        errorThresholdPercentage: 1,
        volumeThreshold: failures,
        resetTimeout: openMilliseconds,
        errorFilter: (error: unknown) => error instanceof IgnoredError,
      }),
      advice: () => ({}),
    }),
    timeWindowBreaker: ({ windowMilliseconds }) =>
      guard({
        timeout: false,
        errorThresholdPercentage: 50,
        volumeThreshold: 5,
        rollingCountTimeout: windowMilliseconds,
        resetTimeout: 60_000,
      }),
    bulkhead: ({ maxConcurrent }) =>
      guard({ timeout: false, capacity: maxConcurrent, errorThresholdPercentage: 100 }),
    timeout(milliseconds) {
      const abortController = new AbortController();
      return guard(
        { timeout: milliseconds, abortController, errorThresholdPercentage: 100 },
        abortController.signal,
      );
    },
    chain: () => guard({ timeout: 1_000, capacity: 10 }),
  },
};

/** It has one signal for all calls of a breaker, if any. */
function guard(options: Options, signal?: AbortSignal): Guard {
  const breaker = new opossum((operation: Operation<unknown>) => operation(signal), options);
  return { execute: <T>(operation: Operation<T>) => breaker.fire(operation) as Promise<T> };
}
