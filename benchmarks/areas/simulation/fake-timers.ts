import { createClock } from '@sinonjs/fake-timers';
import type { Library, Subject } from '../../harness/area.ts';
import { versions } from '../../peers.ts';
import { nextDelay, pendingFew, pendingMany } from './settings.ts';

/** Its unit is the millisecond. */
export const fakeTimers: Library = {
  name: '@sinonjs/fake-timers',
  version: versions.fakeTimers,
  subjects: {
    'events-sync-1k': synchronous(pendingFew),
    'events-sync-20k': synchronous(pendingMany),
    'events-async': asynchronous,
    'events-async-portable': asynchronous,
  },
};

function synchronous(pending: number): Subject {
  return () => {
    const clock = createClock();
    const loop = () => {
      clock.setTimeout(loop, nextDelay());
    };
    for (let count = 0; count < pending; count++) loop();
    return {
      run(calls) {
        for (let call = 0; call < calls; call++) clock.next();
      },
    };
  };
}

/** `nextAsync` lets promises go on after each timer, as a simulation does. */
function asynchronous() {
  const clock = createClock();
  const loop = async () => {
    for (;;) await new Promise<unknown>((resolve) => clock.setTimeout(resolve, nextDelay()));
  };
  for (let count = 0; count < pendingFew; count++) void loop();
  return {
    async run(calls: number): Promise<void> {
      for (let call = 0; call < calls; call++) await clock.nextAsync();
    },
  };
}
