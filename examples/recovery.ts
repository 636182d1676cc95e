// Ends with: the search index was recovered by restart after 2 tries, in 2000 ms
// A recovery tries one remedy after the other until the component works: look again, restart, tell somebody.
import { ManualWorld } from '@holdfast/core';
import { constant, escalate, recovery, recoveryAttempted, restart, retryCheck } from '@holdfast/resilience';

const world = new ManualWorld();
let running = false;
recoveryAttempted.subscribe(({ kind, error }) => {
  console.log(`${kind}: ${error instanceof Error ? error.message : 'works again'}`);
});

const searchIndex = recovery({
  name: 'search index',
  world,
  check: () => {
    if (!running) throw new Error('does not answer');
  },
  steps: [
    retryCheck({ backoff: constant('1s') }),
    restart(
      () => {
        running = true;
      },
      { backoff: constant('1s') },
    ),
    escalate(() => console.log('pager: the search index is down')),
  ],
});
const recovering = searchIndex.recover(new Error('does not answer'));
await world.advance('10s');
const { status, by, attempts, elapsed } = await recovering;
console.log(`the search index was ${status} by ${by} after ${attempts.length} tries, in ${elapsed} ms`);
