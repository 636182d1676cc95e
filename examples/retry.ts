// Ends with: attempt 3 after 156 ms: shipped
// A retry tries again after a growing, jittered wait.
import { ManualWorld } from '@holdfast/core';
import { exponential, retry } from '@holdfast/resilience';

const world = new ManualWorld({ seed: 1 });
const calls = retry({ world, maxAttempts: 4, backoff: exponential({ initial: '200ms', max: '5s' }) });

const shipping = calls.execute(async ({ number }) => {
  const time = Math.round(world.clock.now() / 1_000);
  if (number < 3) {
    console.log(`attempt ${number} after ${time} ms: the carrier does not answer`);
    throw new Error('no answer');
  }
  return `attempt ${number} after ${time} ms: shipped`;
});
await world.advance('1m');
console.log(await shipping);
