// Ends with: 2 processes sent 10 calls, 5 went through
// One limit for several processes, which meet in a store; in production that is Redis instead of this one in memory.
import { ManualWorld } from '@holdfast/core';
import { distributedRateLimiter, MemoryLimiterStore } from '@holdfast/resilience';

const world = new ManualWorld();
const store = new MemoryLimiterStore({ world });
const processes = [1, 2].map(() =>
  distributedRateLimiter({ world, store, name: 'mails', limit: 5, period: '1m', onStoreFailure: 'closed' }),
);

let through = 0;
for (let n = 0; n < 5; n++) {
  for (const mails of processes) {
    const outcome = await mails.tryExecute(() => 'sent');
    if (outcome.ok) through++;
  }
}
console.log(`2 processes sent 10 calls, ${through} went through`);
