// Ends with: the test of a minute of patience is over, 0 timers left
// In your own tests time stands still until you move it, and a seed decides every random number.
import { strict as assert } from 'node:assert';
import { ManualWorld, platformWorld, type World } from '@holdfast/core';
import { constant, retry } from '@holdfast/resilience';

/** What you ship: it takes a world, the platform's by default. */
function createClient(send: () => Promise<string>, world: World = platformWorld()): () => Promise<string> {
  const calls = retry({ world, maxAttempts: 3, backoff: constant('30s') });
  return () => calls.execute(send);
}

const world = new ManualWorld({ seed: 42 });
let tries = 0;
const client = createClient(async () => {
  if (++tries < 3) throw new Error('not yet');
  return 'at last';
}, world);

const answer = client();
await world.advance('59s');
assert.equal(tries, 2);
await world.advance('1s');
assert.equal(await answer, 'at last');
console.log(`the test of a minute of patience is over, ${world.pendingTimers} timers left`);
