import { pRetry, versions } from '../../peers.ts';
import type { Subject } from '../scenario.ts';

export const pRetrySubject: Subject = {
  name: 'p-retry',
  version: versions.pRetry,
  capabilities: {
    // Its option is named `retries`: the first call does not count.
    retry: ({ maxAttempts, delayMilliseconds }) => ({
      execute: (operation, signal) =>
        pRetry(() => operation(signal), {
          retries: maxAttempts - 1,
          factor: 1,
          minTimeout: delayMilliseconds,
          ...(signal && { signal }),
        }),
    }),
  },
};
