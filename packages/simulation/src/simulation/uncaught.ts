import process from 'node:process';

/** Hears of an error that nobody caught, and of a rejection that nobody handled. */
export type UncaughtHandler = (error: unknown, how: 'thrown' | 'rejected') => void;

/** Sends what would end this process to `handler` until the returned function is called; nobody else hears of it. */
export function captureUncaught(handler: UncaughtHandler): () => void {
  const restoreErrors = replaceListeners('uncaughtException', (error) => handler(error, 'thrown'));
  const restoreRejections = replaceListeners('unhandledRejection', (reason) => handler(reason, 'rejected'));
  return () => {
    restoreRejections();
    restoreErrors();
  };
}

type Listener = (...values: unknown[]) => void;

function replaceListeners(event: string, listener: Listener): () => void {
  const emitter: NodeJS.EventEmitter = process;
  const others = emitter.rawListeners(event) as Listener[];
  emitter.removeAllListeners(event);
  emitter.on(event, listener);
  return () => {
    emitter.removeListener(event, listener);
    for (const other of others) emitter.on(event, other);
  };
}
