import type { TimeoutStrategy } from 'cockatiel';
import type { Library } from '../../harness/area.ts';
import { awaited, looped, measured } from '../../harness/workload.ts';
import { cockatiel, installedAs, versions } from '../../peers.ts';
import { bundledBytes } from './bundled-bytes.ts';
import { operation } from './operation.ts';
import * as settings from './settings.ts';

const { bulkhead, circuitBreaker, CountBreaker, ExponentialBackoff, handleAll, retry, timeout, wrap } =
  cockatiel;

export const cockatielSubjects: Library = {
  name: 'cockatiel',
  version: versions.cockatiel,
  subjects: {
    chain,
    'chain-heap': chain,
    'chain-signal': () => {
      const policy = makeChain();
      return awaited(() => policy.execute(({ signal }) => (signal.aborted ? operation() : operation())));
    },
    breaker: () => {
      const policy = makeBreaker();
      return awaited(() => policy.execute(operation));
    },
    timeout: () => {
      const policy = makeTimeout();
      return awaited(() => policy.execute(operation));
    },
    'retry-decision': () => {
      const backoff = new ExponentialBackoff();
      return looped(() => backoff.next().next(undefined).duration);
    },
    refusal: () => {
      const policy = makeBreaker();
      policy.isolate();
      return awaited(() => policy.execute(operation).catch(() => 1));
    },
    'size-all': () => measured(() => bundledBytes(`export * from '${installedAs('cockatiel')}'`)),
    'size-min': () =>
      measured(() =>
        bundledBytes(
          `export { wrap, retry, circuitBreaker, handleAll, ConsecutiveBreaker, ExponentialBackoff } from '${installedAs('cockatiel')}'`,
        ),
      ),
  },
};

function chain() {
  const policy = makeChain();
  return awaited(() => policy.execute(operation));
}

function makeChain() {
  return wrap(
    retry(handleAll, { maxAttempts: settings.maxAttempts - 1, backoff: new ExponentialBackoff() }),
    makeBreaker(),
    bulkhead(settings.maxConcurrent, settings.maxQueue),
    makeTimeout(),
  );
}

function makeBreaker() {
  return circuitBreaker(handleAll, {
    halfOpenAfter: settings.openMilliseconds,
    breaker: new CountBreaker({ threshold: settings.failureRate, size: settings.windowCalls }),
  });
}

/** The cheaper of its two strategies: the operation is told to stop, and awaited all the same. */
function makeTimeout() {
  return timeout(settings.timeoutMilliseconds, 'optimistic' as TimeoutStrategy.Cooperative);
}
