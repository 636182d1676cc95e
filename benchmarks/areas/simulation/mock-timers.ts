import { mock } from 'node:test';
import type { Library, Subject } from '../../harness/area.ts';
import { nextDelay, pendingFew, pendingMany, spanOf } from './settings.ts';

/**
 * `mock.timers` of `node:test`. A tick moves the time before it fires what is due, so that only ticks of one unit keep
 * the order; delays are scaled such that one timer is due in each. It has no way of letting promises go on between
 * timers.
 */
export const mockTimers: Library = {
  name: 'node:test mock.timers',
  version: '',
  subjects: {
    'events-sync-1k': synchronous(pendingFew),
    'events-sync-20k': synchronous(pendingMany),
  },
};

function synchronous(pending: number): Subject {
  return () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const unitsPerEvent = spanOf(1_000, pending) / 1_000;
    const loop = () => {
      setTimeout(loop, Math.ceil(nextDelay() / unitsPerEvent));
    };
    for (let count = 0; count < pending; count++) loop();
    return {
      run(calls) {
        for (let call = 0; call < calls; call++) mock.timers.tick(1);
      },
    };
  };
}
