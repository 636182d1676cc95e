/**
 * Throws `error` where nobody catches it, once the present code is done: for a failure of the user's own
 * callback, which must neither stop the caller nor be swallowed.
 */
export function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
