import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Library } from '../../harness/area.ts';
import { awaited, measured } from '../../harness/workload.ts';
import { versions } from '../../peers.ts';
import { bytesBesidesKeys } from './bytes-besides-keys.ts';
import * as settings from './settings.ts';

export const rateLimiterFlexibleSubjects: Library = {
  name: 'rate-limiter-flexible',
  version: versions.rateLimiterFlexible,
  subjects: {
    limiter: () => {
      const limiter = new RateLimiterMemory({ points: settings.permitsPerSecond, duration: 1 });
      return awaited(() => limiter.consume('key').then(() => 1));
    },
    'limiter-keys': () => {
      const limiter = new RateLimiterMemory({
        points: settings.permitsPerKey,
        duration: settings.keyPeriodMilliseconds / 1_000,
      });
      return measured(() => bytesBesidesKeys((key) => limiter.consume(key)));
    },
  },
};
