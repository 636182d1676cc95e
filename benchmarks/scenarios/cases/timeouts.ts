import { settlement, wait } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

export const timeouts: readonly Scenario[] = [
  scenario(
    'timeout',
    'a timeout of its own for each call',
    'The timeout of one call aborts neither a call beside it nor the next one.',
    async (make) => {
      const timeout = make(50);
      const hung = timeout.execute(() => new Promise(() => {}));
      hung.catch(() => {});
      await wait(25);
      let beside: AbortSignal | undefined;
      const second = timeout.execute(async (signal) => {
        beside = signal;
        await wait(40);
        return signal?.aborted ?? false;
      });
      await settlement(hung, 200);
      const besideAborted = beside?.aborted ?? false;
      await settlement(second, 200);
      const nextAborted = await timeout.execute(async (signal) => signal?.aborted ?? false);
      return {
        right: !besideAborted && !nextAborted,
        observed: `call beside ${besideAborted ? 'aborted' : 'untouched'}, next ${nextAborted ? 'aborted' : 'untouched'}`,
      };
    },
  ),
  scenario(
    'timeout',
    'a timeout of a month',
    'A timeout of 30 days does not end a call of 30 ms.',
    async (make) => {
      const { state } = await settlement(
        make(30 * 86_400_000).execute(() => wait(30)),
        500,
      );
      return { right: state === 'fulfilled', observed: `the call was ${state}` };
    },
  ),
  scenario(
    'timeout',
    'failure after the timeout',
    'An operation that fails after its call timed out causes no unhandled rejection, and the caller sees the timeout in time.',
    async (make) => {
      let unhandled = 0;
      const count = (): void => {
        unhandled++;
      };
      process.on('unhandledRejection', count);
      const call = make(20).execute(async () => {
        await wait(60);
        throw new Error('late');
      });
      const { state, after } = await settlement(call, 200);
      await wait(80);
      process.off('unhandledRejection', count);
      return {
        right: state === 'rejected' && after < 50 && unhandled === 0,
        observed: `${state} after ${after} ms, ${unhandled} unhandled`,
      };
    },
  ),
];
