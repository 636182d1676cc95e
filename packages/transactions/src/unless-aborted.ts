import { AbortableWait } from '@holdfast/core';

/** What `promise` gives, unless `signal` aborts before: then ABORTED, and what the promise is of goes on. */
export function unlessAborted<Value>(
  promise: Promise<Value>,
  operation: string,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  const wait = new AbortableWait<Value>(operation, signal);
  promise.then(
    (value) => wait.resolve(value),
    (error) => wait.reject(error),
  );
  return wait.promise;
}
