// Ends with: 100 requests, each tried up to 4 times: 110 calls instead of 400
// A budget keeps the retries of all calls together within a share of the requests, so that they feed no overload.
import { ManualWorld } from '@holdfast/core';
import { constant, retry, retryBudget } from '@holdfast/resilience';

const world = new ManualWorld();
const budget = retryBudget({ world, ratio: 0.1, minimum: 0, window: '10s' });
const calls = retry({ world, maxAttempts: 4, backoff: constant(0), budget });

let reached = 0;
for (let request = 0; request < 100; request++) {
  await calls.tryExecute(async () => {
    reached++;
    throw new Error('overloaded');
  });
}
console.log(`100 requests, each tried up to 4 times: ${reached} calls instead of 400`);
