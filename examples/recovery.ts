// Ends with: the search index was recovered by restart after 2 attempts, in 2000 ms
// A supervisor tries one strategy after the other until a component works: look again, restart, tell somebody.
import { ManualWorld } from '@holdfast/core';
import { constant, recoveryAttempted, recoveryEnded, supervise } from '@holdfast/resilience';

const world = new ManualWorld();
const backoff = constant('1s');
let running = false;
recoveryAttempted.subscribe(({ strategy, works, error }) => {
  console.log(`${strategy}: ${works ? 'works again' : error}`);
});
recoveryEnded.subscribe(({ component, outcome, strategy, attempts, duration }) => {
  console.log(`the ${component} was ${outcome} by ${strategy} after ${attempts} attempts, in ${duration} ms`);
});

const supervisor = supervise(
  {
    name: 'search index',
    check: () => {
      if (!running) throw new Error('does not answer');
    },
    start: () => {
      running = true;
    },
    escalate: () => console.log('pager: the search index is down'),
  },
  {
    world,
    strategies: [
      { strategy: 'retry', attempts: 1, backoff },
      { strategy: 'restart', attempts: 1, backoff },
      { strategy: 'escalate' },
    ],
  },
);
const recovering = supervisor.recover(new Error('does not answer'));
await world.advance('10s');
await recovering;
