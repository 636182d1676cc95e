import { TokenBucket } from 'limiter';
import type { Library } from '../../harness/area.ts';
import { looped, measured } from '../../harness/workload.ts';
import { versions } from '../../peers.ts';
import { bytesBesidesKeys } from './bytes-besides-keys.ts';
import * as settings from './settings.ts';

export const limiterSubjects: Library = {
  name: 'limiter',
  version: versions.limiter,
  subjects: {
    limiter: () => {
      const bucket = makeBucket(settings.permitsPerSecond, 1_000);
      return looped(() => (bucket.tryRemoveTokens(1) ? 1 : 0));
    },
    // It has no keys of its own: a map of buckets is what its users write.
    'limiter-keys': () => {
      const buckets = new Map<string, TokenBucket>();
      return measured(() =>
        bytesBesidesKeys((key) => {
          const bucket = makeBucket(settings.permitsPerKey, settings.keyPeriodMilliseconds);
          buckets.set(key, bucket);
          bucket.tryRemoveTokens(1);
        }),
      );
    },
  },
};

function makeBucket(permits: number, interval: number): TokenBucket {
  return new TokenBucket({ bucketSize: permits, tokensPerInterval: permits, interval });
}
