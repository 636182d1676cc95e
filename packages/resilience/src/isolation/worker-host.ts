/// <reference types="node" />
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { errorFromJson } from '@holdfast/core';

/** What a worker is asked. */
export type Request =
  | { readonly type: 'run'; readonly call: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'abort'; readonly reason: unknown };

/** What it answers. */
export type Answer =
  | { readonly call: number; readonly ok: true; readonly value: unknown }
  | { readonly call: number; readonly ok: false; readonly error: PortableError };

export interface PortableError {
  readonly holdfast?: unknown;
  readonly thrown?: string;
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly code?: string;
}

export interface WorkerListener {
  answered(answer: Answer): void;
  /** It has ended, for `cause` where that is known. Called once. */
  ended(cause: unknown): void;
}

/** One worker, whatever it is made of. */
export interface WorkerHost {
  /** @throws when `request` cannot be cloned. */
  send(request: Request): void;
  /** Whether it keeps this process alive: only while it works. */
  hold(busy: boolean): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

/** Makes a worker. */
export type StartWorker = (
  module: string,
  memory: number | undefined,
  listener: WorkerListener,
) => WorkerHost;

/** The inside of a worker, in plain JavaScript: see there. */
const inside = new URL('../../isolation/worker.js', import.meta.url);

/** A worker thread. */
export const startThread: StartWorker = (module, memory, listener) => {
  const thread = new Worker(inside, {
    workerData: { module },
    execArgv: [],
    ...(memory === undefined ? undefined : { resourceLimits: { maxOldGenerationSizeMb: memory } }),
  });
  let cause: unknown;
  thread.on('message', (answer: Answer) => listener.answered(answer));
  thread.on('messageerror', (error) => {
    cause = error;
    void thread.terminate();
  });
  thread.on('error', (error) => {
    cause = error;
  });
  thread.on('exit', (code) => listener.ended(cause ?? new Error(`the thread ended with code ${code}`)));
  return {
    send: (request) => thread.postMessage(request),
    hold: (busy) => (busy ? thread.ref() : thread.unref()),
    kill: () => void thread.terminate(),
  };
};

/** A child process. It ends when this process does, however that happens. */
export const startProcess: StartWorker = (module, memory, listener) => {
  const child: ChildProcess = fork(fileURLToPath(inside), [module], {
    serialization: 'advanced',
    execArgv: memory === undefined ? [] : [`--max-old-space-size=${memory}`],
  });
  let cause: unknown;
  child.on('message', (answer) => listener.answered(answer as Answer));
  child.on('error', (error) => {
    cause = error;
    if (child.pid === undefined) listener.ended(error);
  });
  child.on('exit', (code, signal) => {
    listener.ended(cause ?? new Error(`the process ended with ${signal ?? `code ${code}`}`));
  });
  return {
    send: (request) => child.send(request),
    hold: (busy) => {
      if (busy) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
      }
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

/** The error that a worker's function threw. */
export function revive(error: PortableError): unknown {
  if (error.holdfast !== undefined) return errorFromJson(error.holdfast);
  if (error.thrown !== undefined) return error.thrown;
  const { name, message, stack, code } = error;
  return Object.assign(new Error(message), { name, stack, ...(code === undefined ? undefined : { code }) });
}
