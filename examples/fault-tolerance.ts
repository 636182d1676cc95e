// Ends with: 1000 answers to 1000 requests, 315 of them from the cache, for 859 calls
// All together, in the recommended order, around a service that is down for a third of the time.
import { ManualWorld } from '@holdfast/core';
import * as hold from '@holdfast/resilience';

const world = new ManualWorld({ seed: 3 });
const window = { type: 'time', duration: '10s' } as const;
const prices = hold.pipeline(
  hold.staleCache({ world, maxAge: '10m' }), // Outermost: answers when all else has failed.
  hold.timeout('2s', { world }), // Bounds the whole, retries and waits included.
  hold.retry({ world, backoff: hold.exponential({ initial: '50ms' }), budget: hold.retryBudget({ world }) }),
  hold.circuitBreaker({ world, window, openDuration: '2s', minimumThroughput: 10 }),
  hold.bulkhead({ world, maxConcurrent: 20 }),
  hold.timeout('300ms', { world }), // Innermost: bounds each try.
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
