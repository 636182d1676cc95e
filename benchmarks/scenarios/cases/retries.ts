import { settlement } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

export const retries: readonly Scenario[] = [
  scenario(
    'retry',
    'three attempts',
    'Told to make three attempts at most, it makes three.',
    async (make) => {
      let attempts = 0;
      await make({ maxAttempts: 3, delayMilliseconds: 1 })
        .execute(async () => {
          attempts++;
          throw new Error('down');
        })
        .catch(() => {});
      return { right: attempts === 3, observed: `${attempts} attempts` };
    },
  ),
  scenario(
    'retry',
    'abort during backoff',
    'A caller that aborts 20 ms into a backoff of 400 ms gets its answer then.',
    async (make) => {
      const aborting = new AbortController();
      const call = make({ maxAttempts: 3, delayMilliseconds: 400 }).execute(async () => {
        throw new Error('down');
      }, aborting.signal);
      setTimeout(() => aborting.abort(), 20);
      const { state, after } = await settlement(call, 1_500);
      return { right: state === 'rejected' && after < 150, observed: `${state} after ${after} ms` };
    },
  ),
  scenario(
    'retry',
    'aborted before it began',
    'With a signal that is already aborted the operation never runs.',
    async (make) => {
      let ran = 0;
      const call = make({ maxAttempts: 3, delayMilliseconds: 1 }).execute(async () => {
        ran++;
      }, AbortSignal.abort());
      const { state } = await settlement(call, 100);
      return { right: ran === 0 && state === 'rejected', observed: `ran ${ran} times, ${state}` };
    },
  ),
  scenario(
    'delays',
    'the 2,000th delay',
    'Backoff with jitter stays a number between nothing and its maximum, however many attempts.',
    async (make) => {
      const delays = make(2_000);
      const wrong = delays.filter((delay) => !(delay >= 0 && delay <= 30_000)).length;
      return {
        right: wrong === 0,
        observed: `${wrong} of 2,000 out of range, the last ${Math.round(delays.at(-1)!)} ms`,
      };
    },
  ),
];
