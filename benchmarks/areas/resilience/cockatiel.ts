import type { TimeoutStrategy } from 'cockatiel';
import type { Library } from '../../harness/area.ts';
import { awaited, looped, measured, thrown } from '../../harness/workload.ts';
import { cockatiel, installedAs, versions } from '../../peers.ts';
import { bundledBytes } from './bundled-bytes.ts';
import { operation } from './operation.ts';
import * as settings from './settings.ts';

const { bulkhead, circuitBreaker, CountBreaker, ExponentialBackoff, handleAll, retry, timeout, wrap } =
  cockatiel;

/** What `TimeoutStrategy` holds: its enum cannot be imported as a value on every Node. */
type Strategy = `${TimeoutStrategy}`;

/** With the timeout that answers its caller in time, as Holdfast's does. */
export const cockatielSubjects: Library = {
  name: 'cockatiel',
  version: versions.cockatiel,
  subjects: {
    chain: () => chain('aggressive'),
    'chain-heap': () => chain('aggressive'),
    'chain-signal': () => {
      const policy = makeChain('aggressive');
      return awaited(() => policy.execute(({ signal }) => (signal.aborted ? operation() : operation())));
    },
    breaker: () => {
      const policy = makeBreaker();
      return awaited(() => policy.execute(operation));
    },
    timeout: () => timeoutAlone('aggressive'),
    'retry-decision': () => {
      const backoff = new ExponentialBackoff();
      return looped(() => backoff.next().next(undefined).duration);
    },
    refusal: () => {
      const policy = makeBreaker();
      policy.isolate();
      return thrown(() => policy.execute(operation));
    },
    'size-all': () => measured(() => bundledBytes(`export * from '${installedAs('cockatiel')}'`)),
    'size-min': () =>
      measured(() =>
        bundledBytes(
          `export { retry, circuitBreaker, handleAll, ConsecutiveBreaker, ExponentialBackoff } from '${installedAs('cockatiel')}'`,
        ),
      ),
  },
};

/** With its other timeout, which tells the operation to stop and then awaits it all the same: cheaper, promises less. */
export const cockatielCooperative: Library = {
  name: 'cockatiel-cooperative',
  version: versions.cockatiel,
  subjects: {
    chain: () => chain('optimistic'),
    'chain-heap': () => chain('optimistic'),
    timeout: () => timeoutAlone('optimistic'),
  },
};

function chain(strategy: Strategy) {
  const policy = makeChain(strategy);
  return awaited(() => policy.execute(operation));
}

function timeoutAlone(strategy: Strategy) {
  const policy = makeTimeout(strategy);
  return awaited(() => policy.execute(operation));
}

function makeChain(strategy: Strategy) {
  return wrap(
    retry(handleAll, { maxAttempts: settings.maxAttempts - 1, backoff: new ExponentialBackoff() }),
    makeBreaker(),
    bulkhead(settings.maxConcurrent, settings.maxQueue),
    makeTimeout(strategy),
  );
}

function makeBreaker() {
  return circuitBreaker(handleAll, {
    halfOpenAfter: settings.openMilliseconds,
    breaker: new CountBreaker({ threshold: settings.failureRate, size: settings.windowCalls }),
  });
}

function makeTimeout(strategy: Strategy) {
  return timeout(settings.timeoutMilliseconds, strategy as TimeoutStrategy);
}
