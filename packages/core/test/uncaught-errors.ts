import { setImmediate } from 'node:timers/promises';

/** Runs `act`, and resolves to the errors that nobody caught until its turn of the event loop was over. */
export async function uncaughtErrors(act: () => void): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  try {
    act();
    await setImmediate();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
  return uncaught;
}
