import { platformWorld } from '@holdfast/core';
import {
  bulkhead,
  circuitBreaker,
  exponential,
  keyedRateLimiter,
  pipeline,
  rateLimiter,
  retry,
  timeout,
} from '@holdfast/resilience';
import type { Library } from '../../harness/area.ts';
import { awaited, looped, measured, refused } from '../../harness/workload.ts';
import { bundledBytes } from './bundled-bytes.ts';
import { bytesBesidesKeys } from './bytes-besides-keys.ts';
import { operation, synchronousOperation } from './operation.ts';
import * as settings from './settings.ts';

export const holdfastSubjects: Library = {
  name: 'holdfast',
  version: '',
  subjects: {
    chain,
    'chain-heap': chain,
    'chain-signal': () => {
      const calls = makeChain();
      return awaited(() => calls.execute(({ signal }) => (signal.aborted ? operation() : operation())));
    },
    breaker: () => {
      const breaker = makeBreaker();
      return awaited(() => breaker.execute(operation));
    },
    'breaker-sync': () => {
      const breaker = makeBreaker();
      return looped(() => breaker.executeSync(synchronousOperation));
    },
    timeout: () => {
      const calls = timeout(settings.timeoutMilliseconds);
      return awaited(() => calls.execute(operation));
    },
    'retry-decision': () => {
      const backoff = exponential();
      const { random } = platformWorld();
      return looped(() => backoff.delay(1, 0, random));
    },
    refusal: () => {
      const breaker = makeBreaker();
      breaker.force('forced-open');
      return refused(() => breaker.tryExecute(operation));
    },
    limiter: () => {
      const limiter = rateLimiter({ limit: settings.permitsPerSecond, period: '1s' });
      return looped(() => (limiter.tryAcquire() ? 1 : 0));
    },
    'limiter-keys': () => {
      const limiter = keyedRateLimiter({
        limit: settings.permitsPerKey,
        period: settings.keyPeriodMilliseconds,
        keysMax: 1_000_000,
      });
      return measured(() => bytesBesidesKeys((key) => limiter.tryAcquire(key)));
    },
    'size-all': () => measured(() => bundledBytes(`export * from '@holdfast/resilience'`)),
    'size-min': () =>
      measured(() => bundledBytes(`export { circuitBreaker, retry } from '@holdfast/resilience'`)),
  },
};

function chain() {
  const calls = makeChain();
  return awaited(() => calls.execute(operation));
}

function makeChain() {
  return pipeline(
    retry({ maxAttempts: settings.maxAttempts }),
    makeBreaker(),
    bulkhead({ maxConcurrent: settings.maxConcurrent, maxQueue: settings.maxQueue }),
    timeout(settings.timeoutMilliseconds),
  );
}

function makeBreaker() {
  return circuitBreaker({
    window: { type: 'count', size: settings.windowCalls },
    failureRate: settings.failureRate,
    openDuration: settings.openMilliseconds,
  });
}
