import { admits, Gate, settlement } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

export const bulkheads: readonly Scenario[] = [
  scenario(
    'queue',
    'abort in the queue',
    'A caller that aborts while queued gets its answer then, and its place goes to the next.',
    async (make) => {
      const queue = make({ maxConcurrent: 1, maxQueue: 1 });
      const gate = new Gate();
      const running = queue.execute(() => gate.promise);
      const aborting = new AbortController();
      const queued = queue.execute(async () => 'queued', aborting.signal);
      queued.catch(() => {});
      aborting.abort();
      const { state } = await settlement(queued, 100);
      const next = queue.execute(async () => 'next');
      next.catch(() => {});
      const place = (await settlement(next, 20)).state === 'pending';
      gate.open('done');
      await Promise.allSettled([running, next]);
      return {
        right: state === 'rejected' && place,
        observed: `aborted caller ${state}, its place ${place ? 'free' : 'still taken'}`,
      };
    },
  ),
  scenario(
    'bulkhead',
    'operation throws at once',
    'An operation that throws before its first await gives its slot back.',
    async (make) => {
      const bulkhead = make({ maxConcurrent: 1 });
      for (let i = 0; i < 3; i++) {
        const call = bulkhead.execute(() => {
          throw new Error('at once');
        });
        await call.catch(() => {});
      }
      const free = await admits(bulkhead);
      return { right: free, observed: free ? 'slot free' : 'slot lost' };
    },
  ),
];
