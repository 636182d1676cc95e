// Taken once, so that a test's fake timers cannot stop it.
const { setTimeout } = globalThis;
const setImmediate = (globalThis as { setImmediate?: (run: () => void) => unknown }).setImmediate;

/**
 * Runs `run` as a task of its own soon, when every microtask of the present one is done: by setImmediate, else by a
 * message to oneself (browsers delay timers that set timers by 4 ms), else by setTimeout.
 */
export const queueMacrotask: (run: () => void) => void =
  setImmediate !== undefined
    ? (run) => void setImmediate(run)
    : typeof MessageChannel === 'function'
      ? byMessage()
      : (run) => void setTimeout(run, 0);

function byMessage(): (run: () => void) => void {
  const waiting: (() => void)[] = [];
  // Made when first needed: some platforms allow nothing of the kind while modules load.
  let channel: MessageChannel | undefined;
  return (run) => {
    if (channel === undefined) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()!();
    }
    waiting.push(run);
    channel.port2.postMessage(0);
  };
}
