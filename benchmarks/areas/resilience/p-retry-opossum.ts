import type { Library } from '../../harness/area.ts';
import { awaited, measured } from '../../harness/workload.ts';
import { installedAs, opossum, pRetry, versions } from '../../peers.ts';
import { bundledBytes } from './bundled-bytes.ts';
import { operation } from './operation.ts';
import * as settings from './settings.ts';

/** The usual pair: p-retry around opossum, which brings the breaker, the timeout and a bulkhead without a queue. */
export const pRetryWithOpossum: Library = {
  name: 'p-retry+opossum',
  version: `${versions.pRetry}+${versions.opossum}`,
  subjects: {
    chain,
    'chain-heap': chain,
    'size-min': () =>
      measured(() =>
        bundledBytes(
          `export { default as retry } from '${installedAs('p-retry')}'; export { default as breaker } from '${installedAs('opossum')}'`,
          'node',
        ),
      ),
  },
};

function chain() {
  const breaker = new opossum(operation, {
    errorThresholdPercentage: settings.failureRate * 100,
    resetTimeout: settings.openMilliseconds,
    rollingPercentilesEnabled: false,
    timeout: settings.timeoutMilliseconds,
    capacity: settings.maxConcurrent,
  });
  const fire = () => breaker.fire();
  const options = { retries: settings.maxAttempts - 1 };
  return awaited(() => pRetry(fire, options));
}
