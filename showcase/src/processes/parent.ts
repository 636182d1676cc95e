/**
 * Calls `then` when the process that started this one is gone, or has let go of it. Also when that happened while
 * this one was still loading, once the messages that came before have been heard.
 */
export function onParentGone(then: () => void): void {
  process.on('disconnect', then);
  if (!process.connected) setImmediate(then);
}
