// The inside of an isolated bulkhead: runs one function of the user's module at a time, in a worker thread or in a
// child process. Plain JavaScript, so that it needs no build: it has to start from the source and from the package.
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** What both kinds of channel have in common. */
const channel =
  parentPort === null
    ? { send: (message) => process.send(message), hear: (listener) => process.on('message', listener) }
    : {
        send: (message) => parentPort.postMessage(message),
        hear: (listener) => parentPort.on('message', listener),
      };

/** A process whose parent is gone has nobody to work for. */
if (parentPort === null) {
  process.on('disconnect', () => process.exit());
  new Worker(new URL('watchdog.js', import.meta.url), { workerData: { parent: process.ppid } }).unref();
}

/** The call under way. */
let controller;

channel.hear((message) => {
  if (message.type === 'abort') controller?.abort(message.reason);
  else void run(message);
});

async function run({ call, name, input }) {
  controller = new AbortController();
  try {
    const exported = (await import(parentPort === null ? process.argv[2] : workerData.module))[name];
    if (typeof exported !== 'function') throw new TypeError(`the module has no function called ${name}`);
    const value = await exported(input, { signal: controller.signal });
    channel.send({ call, ok: true, value });
  } catch (error) {
    channel.send({ call, ok: false, error: portable(error) });
  } finally {
    controller = undefined;
  }
}

/** `error` as plain data: a HoldfastError in its own JSON form, others by name, message and stack. */
function portable(error) {
  if (!(error instanceof Error)) return { thrown: String(error) };
  if (typeof error.toJSON === 'function') return { holdfast: error.toJSON() };
  const { name, message, stack, code } = error;
  return { name, message, stack, ...(typeof code === 'string' ? { code } : undefined) };
}
