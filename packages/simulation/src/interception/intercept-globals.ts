import { syncBuiltinESMExports } from 'node:module';
import { type ActiveSimulation, activate } from './active-simulation.ts';
import { clockReplacements } from './clocks.ts';
import { networkReplacements } from './network.ts';
import { exitReplacements } from './process-exit.ts';
import { randomnessReplacements } from './randomness.ts';
import { install } from './replacement.ts';
import { timerReplacements } from './timers.ts';
import { timersPromisesReplacements } from './timers-promises.ts';

const replacements = [
  ...timerReplacements,
  ...timersPromisesReplacements,
  ...clockReplacements,
  ...randomnessReplacements,
  ...networkReplacements,
  ...exitReplacements,
];

/**
 * Until the returned function is called, time, timers, randomness, `fetch` and `process.exit` of the language and of Node
 * are those of the host whose code is running; code on no host has the real ones. For programs that were not written
 * against a `World`.
 *
 * Not reached: what was taken from these modules before by `const { setTimeout } = globalThis` and the like,
 * subclasses of `Date` made before, `performance.timeOrigin`, the time that `Intl.DateTimeFormat` takes by default, keys
 * that `node:crypto` generates, and whatever Node does outside of JavaScript: sockets, files, names, `crypto.subtle`,
 * compression, other processes and threads. A program that waits for any of those waits in real time.
 *
 * @throws HoldfastError ASSERTION_FAILED while another simulation has them.
 */
export function interceptGlobals(simulation: ActiveSimulation): () => void {
  const deactivate = activate(simulation);
  const restore = install(replacements);
  syncBuiltinESMExports(); // What modules import by name follows.
  return () => {
    restore();
    syncBuiltinESMExports();
    deactivate();
  };
}
