import { Worker } from 'node:worker_threads';
import { workerProgram } from './isolation-messages.ts';
import type { StartWorker, WorkerLink, WorkerListener } from './worker-link.ts';

/** Starts workers that are threads. */
export function startThread(heapMegabytesMax: number | undefined): StartWorker {
  return (listener) => linkThread(heapMegabytesMax, listener);
}

function linkThread(heapMegabytesMax: number | undefined, listener: WorkerListener): WorkerLink {
  const resourceLimits = heapMegabytesMax === undefined ? {} : { maxOldGenerationSizeMb: heapMegabytesMax };
  const worker = new Worker(workerProgram, { resourceLimits, execArgv: [] });
  const id = worker.threadId;
  let thrown: { readonly cause: unknown } | undefined;
  worker.on('message', (message) => listener.heard(message));
  worker.on('messageerror', (cause) => {
    thrown = { cause };
    void worker.terminate();
  });
  worker.on('error', (cause) => {
    thrown = { cause };
  });
  worker.on('exit', (code) => listener.ended({ how: `exit code ${code}`, ...thrown }));
  return {
    id,
    send: (message) => worker.postMessage(message),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    kill: () => void worker.terminate(),
  };
}
