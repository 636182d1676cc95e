import { AsyncLocal } from '@holdfast/core';
import type { Process } from './process.ts';

const local = new AsyncLocal<Process | 'outside'>();

/** Calls `code` as that of `process`: what it starts is the process's too, also after an `await`. */
export function runAsProcess<R>(process: Process, code: () => R): R {
  return local.run(process, code);
}

/**
 * Calls `code` as code that is on no host, such as a client that drives a simulation: also where it goes on after it
 * has awaited something that a host did.
 */
export function runOutside<R>(code: () => R): R {
  return local.run('outside', code);
}

/** Whose code is running, by the chain of asynchronous calls: undefined where nobody has said. */
export function asyncProcess(): Process | 'outside' | undefined {
  return local.get();
}
