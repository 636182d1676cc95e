// Ends with: worst case: 3 attempts, 1300 ms
// Before anything runs, `analyse` says what a pipeline can come to; after a refusal, `explain` says why.
import { ManualWorld } from '@holdfast/core';
import { analyse, circuitBreaker, constant, explain, pipeline, retry, timeout } from '@holdfast/resilience';

const world = new ManualWorld();
const calls = pipeline(
  retry({ world, maxAttempts: 3, backoff: constant('50ms'), retryAfterMax: '50ms' }),
  circuitBreaker({ world, name: 'stock', consecutiveFailures: 2 }),
  timeout('400ms', { world }),
);

const failing = calls.tryExecute(async () => {
  throw new Error('stock is down');
});
await world.advance('1s');
await failing;
const refused = await calls.tryExecute(async () => 'never asked');
if (!refused.ok) console.log(explain(refused.error).text);

const { attempts, latency } = analyse(calls);
console.log(`worst case: ${attempts} attempts, ${latency} ms`);
