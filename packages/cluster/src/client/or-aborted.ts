import { type AbortSubscriber, offAbort, onAbort } from '@holdfast/core';

/** What `promise` gives, or the signal's reason as soon as it aborts; nothing is left listening afterwards. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const subscriber: AbortSubscriber = { abortSlot: -1, onAbort: reject };
    promise.then(
      (value) => {
        offAbort(signal, subscriber);
        resolve(value);
      },
      (error: unknown) => {
        offAbort(signal, subscriber);
        reject(error);
      },
    );
    onAbort(signal, subscriber);
  });
}
