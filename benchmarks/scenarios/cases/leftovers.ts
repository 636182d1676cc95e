import { getEventListeners } from 'node:events';
import { settlement, timersLeftBy, wait } from '../probing.ts';
import { type Scenario, scenario } from '../scenario.ts';

export const leftovers: readonly Scenario[] = [
  scenario(
    'abortableChain',
    'listeners on a long-lived signal',
    'A hundred calls under one signal leave no listener on it.',
    async (make) => {
      const chain = make();
      const { signal } = new AbortController();
      for (let i = 0; i < 100; i++) await chain.execute(async () => {}, signal);
      await wait(10);
      const left = getEventListeners(signal, 'abort').length;
      return { right: left === 0, observed: `${left} left` };
    },
  ),
  scenario(
    'abortableChain',
    'leftovers of an aborted call',
    'A call that is aborted while it runs is answered then, and leaves no listener and no timer.',
    async (make) => {
      const chain = make();
      const aborting = new AbortController();
      let state = '';
      const timers = await timersLeftBy(async () => {
        const call = chain.execute(() => new Promise(() => {}), aborting.signal);
        call.catch(() => {});
        await wait(10);
        aborting.abort();
        state = (await settlement(call, 100)).state;
        await wait(150);
      });
      const listeners = getEventListeners(aborting.signal, 'abort').length;
      return {
        right: state === 'rejected' && timers === 0 && listeners === 0,
        observed: `${state}, ${listeners} listeners, ${timers} timers`,
      };
    },
  ),
  scenario(
    'chain',
    'timers while idle',
    'A hundred idle chains that have done their work hold no timer.',
    async (make) => {
      const chains: unknown[] = [];
      const timers = await timersLeftBy(async () => {
        for (let i = 0; i < 100; i++) {
          const chain = make();
          await chain.execute(async () => {});
          chains.push(chain);
        }
        await wait(100);
      });
      return { right: timers === 0 && chains.length === 100, observed: `${timers} timers` };
    },
  ),
];
