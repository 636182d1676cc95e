import type { Library } from '../../harness/area.ts';
import { awaited, measured, thrown } from '../../harness/workload.ts';
import { installedAs, opossum, versions } from '../../peers.ts';
import { bundledBytes } from './bundled-bytes.ts';
import { operation } from './operation.ts';
import * as settings from './settings.ts';

const breakerOptions = {
  errorThresholdPercentage: settings.failureRate * 100,
  resetTimeout: settings.openMilliseconds,
  rollingPercentilesEnabled: false,
};

export const opossumSubjects: Library = {
  name: 'opossum',
  version: versions.opossum,
  subjects: {
    breaker: () => {
      const breaker = new opossum(operation, { ...breakerOptions, timeout: false });
      return awaited(() => breaker.fire());
    },
    timeout: () => {
      const breaker = new opossum(operation, { ...breakerOptions, timeout: settings.timeoutMilliseconds });
      return awaited(() => breaker.fire());
    },
    refusal: () => {
      const breaker = new opossum(operation, { ...breakerOptions, timeout: false });
      breaker.open();
      return thrown(() => breaker.fire());
    },
    // It needs Node's `events`, so there is no bundle for browsers.
    'size-all': () =>
      measured(() => bundledBytes(`export { default } from '${installedAs('opossum')}'`, 'node')),
  },
};
