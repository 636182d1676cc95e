// Taken once, so that a test's fake timers cannot stop it.
const { setTimeout } = globalThis;
const setImmediate = (globalThis as { setImmediate?: (run: () => void) => unknown }).setImmediate;

/**
 * Runs `run` as a task of its own soon, when every microtask of the present one is done: by setImmediate, else
 * by setTimeout.
 */
export const queueMacrotask: (run: () => void) => void =
  setImmediate === undefined ? (run) => void setTimeout(run, 0) : (run) => void setImmediate(run);
