// Ends with: DEADLINE_EXCEEDED after 2000 ms
// A deadline holds for all that is done for one request: every attempt, every wait, every call further down.
import { Deadline, deadlineToHeaders, ManualWorld, sleep } from '@holdfast/core';
import { constant, retry } from '@holdfast/resilience';

const world = new ManualWorld();
const calls = retry({ world, maxAttempts: 10, backoff: constant('500ms') });

const call = calls.tryExecute(
  async ({ number, signal }) => {
    console.log(`attempt ${number} tells the next service`, deadlineToHeaders());
    await sleep('400ms', { world, signal });
    if (number < 3) throw new Error('not yet');
    await sleep('1m', { world, signal });
  },
  { deadline: Deadline.after('2s', world) },
);
await world.advance('1m');
const outcome = await call;
if (!outcome.ok) console.log(`${outcome.error.code} after 2000 ms`);
