// Taken once, so that a test's fake timers cannot stop it.
const { setTimeout } = globalThis;
const setImmediate = (globalThis as { setImmediate?: (run: () => void) => unknown }).setImmediate;

/**
 * Runs `run` as a task of its own soon, when every microtask of the present one is done: by setImmediate, else by a
 * message to oneself (browsers delay timers that set timers by 4 ms), else by setTimeout.
 */
export const queueMacrotask: (run: () => void) => void = bestWay();

function bestWay(): (run: () => void) => void {
  if (setImmediate !== undefined) return (run) => void setImmediate(run);
  if (typeof MessageChannel === 'undefined') return (run) => void setTimeout(run, 0);
  const waiting: (() => void)[] = [];
  let channel: MessageChannel | undefined;
  return (run) => {
    waiting.push(run);
    // Made when first needed: some platforms allow nothing of the kind while modules load.
    channel ??= receiver(() => waiting.shift()!());
    channel.port2.postMessage(undefined);
  };
}

function receiver(receive: () => void): MessageChannel {
  const channel = new MessageChannel();
  channel.port1.onmessage = receive;
  return channel;
}
