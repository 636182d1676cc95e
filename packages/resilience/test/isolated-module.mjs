// The functions that the tests of isolation run in workers.
import process from 'node:process';
import { threadId } from 'node:worker_threads';

export const add = (a, b) => a + b;
export const where = () => ({ process: process.pid, thread: threadId });
export const notClonable = () => () => {};

export function spin() {
  for (;;);
}

export function crash(how) {
  if (how === 'exit') process.exit(3);
  setTimeout(() => {
    throw new Error('thrown where nobody catches it');
  });
  return new Promise(() => {});
}

export function eatMemory() {
  const eaten = [];
  for (;;) eaten.push(new Array(100_000).fill(eaten.length));
}

export function waitForAbort(context) {
  return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve('aborted')));
}

export function never() {
  return new Promise(() => {});
}

export function throwError() {
  const cause = Object.assign(new RangeError('too deep'), { code: 'E_DEEP' });
  throw Object.assign(new TypeError('wrong type', { cause }), { code: 'E_TYPE' });
}

export function throwText() {
  throw 'just text';
}

/** What a HoldfastError of the user's own copy of core looks like. */
export function throwHoldfastError() {
  const json = {
    version: 1,
    code: 'STOCK_EMPTY',
    message: 'nothing left',
    severity: 'low',
    category: 'conflict',
    retryable: 'never',
    executed: 'no',
    context: { item: 7 },
    origin: {},
  };
  const error = new Error(json.message);
  error.name = 'HoldfastError';
  throw Object.assign(error, { toJSON: () => json });
}
