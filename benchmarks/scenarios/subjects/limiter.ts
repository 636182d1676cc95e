import { RateLimiter } from 'limiter';
import { versions } from '../../peers.ts';
import type { Subject } from '../scenario.ts';

export const limiterSubject: Subject = {
  name: 'limiter',
  version: versions.limiter,
  capabilities: {
    limiter({ limit, periodMilliseconds }) {
      const limiter = new RateLimiter({ tokensPerInterval: limit, interval: periodMilliseconds });
      return () => limiter.tryRemoveTokens(1);
    },
  },
};
