import { RateLimiterMemory } from 'rate-limiter-flexible';
import { versions } from '../../peers.ts';
import type { Subject } from '../scenario.ts';

export const rateLimiterFlexibleSubject: Subject = {
  name: 'rate-limiter-flexible',
  version: versions.rateLimiterFlexible,
  capabilities: {
    limiter({ limit, periodMilliseconds }) {
      const limiter = new RateLimiterMemory({ points: limit, duration: periodMilliseconds / 1_000 });
      return () =>
        limiter.consume('key').then(
          () => true,
          () => false,
        );
    },
  },
};
