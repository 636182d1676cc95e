// Ends with: 1000 answers to 1000 requests, 315 of them from the cache, for 859 calls
// All together, in the recommended order, around a service that is down for a third of the time.
import { ManualWorld } from '@holdfast/core';
import * as resilience from '@holdfast/resilience';

const world = new ManualWorld({ seed: 3 });
const { bulkhead, circuitBreaker, exponential, pipeline, retry, retryBudget, staleCache, timeout } =
  resilience;
const prices = pipeline(
  staleCache({ world, maxAge: '10m' }), // Outermost: answers when all else has failed.
  timeout('2s', { world }), // Bounds the whole, retries and waits included.
  retry({ world, backoff: exponential({ initial: '50ms' }), budget: retryBudget({ world }) }),
  circuitBreaker({
    world,
    openDuration: '2s',
    minimumThroughput: 10,
    window: { type: 'time', duration: '10s' },
  }),
  bulkhead({ world, maxConcurrent: 20 }),
  timeout('300ms', { world }), // Innermost: bounds each try.
);

let calls = 0;
const down = (): boolean => world.clock.now() % 30_000_000 > 20_000_000;
const askPrice = async (): Promise<number> => {
  calls++;
  if (down()) return new Promise<never>(() => {}); // Hangs.
  return 12;
};

let answers = 0;
let degraded = 0;
for (let n = 0; n < 1_000; n++) {
  void prices.tryExecute(askPrice, { key: 'lamp' }).then((outcome) => {
    if (!outcome.ok) return;
    answers++;
    if (outcome.degradedBy !== undefined) degraded++;
  });
  await world.advance('100ms');
}
await world.advance('10s');
console.log(`${answers} answers to 1000 requests, ${degraded} of them from the cache, for ${calls} calls`);
