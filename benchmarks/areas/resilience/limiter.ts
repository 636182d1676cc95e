import { TokenBucket } from 'limiter';
import type { Library } from '../../harness/area.ts';
import { looped, measured } from '../../harness/workload.ts';
import { versions } from '../../peers.ts';
import { bytesBesidesKeys } from './bytes-besides-keys.ts';
import { permitsPerSecond } from './settings.ts';

export const limiterSubjects: Library = {
  name: 'limiter',
  version: versions.limiter,
  subjects: {
    limiter: () => {
      const bucket = makeBucket();
      return looped(() => (bucket.tryRemoveTokens(1) ? 1 : 0));
    },
    // It has no keys of its own: a map of buckets is what its users write.
    'limiter-keys': () => {
      const buckets = new Map<string, TokenBucket>();
      return measured(() =>
        bytesBesidesKeys((key) => {
          const bucket = makeBucket();
          buckets.set(key, bucket);
          bucket.tryRemoveTokens(1);
        }),
      );
    },
  },
};

function makeBucket(): TokenBucket {
  return new TokenBucket({
    bucketSize: permitsPerSecond,
    tokensPerInterval: permitsPerSecond,
    interval: 'second',
  });
}
