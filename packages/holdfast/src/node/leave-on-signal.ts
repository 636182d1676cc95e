import { exitCodes } from './exit-code.ts';
import type { NodeLog } from './node-log.ts';

/** The signals that end a node, and how to go at once. */
export interface ProcessSignals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  off(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): unknown;
}

export interface Leaving {
  readonly signals: ProcessSignals;
  readonly log: NodeLog;
  leave(): void;
  /** Whether there is anything to leave yet. */
  started(): boolean;
  /** Milliseconds. Default the process's own. */
  readonly now?: () => number;
}

/** Signals that come so soon after the first one are the same. */
const sameSignalMillis = 500;

/**
 * The first signal asks to leave, and a later one ends it at once, as does one before there is anything to leave. One that
 * follows on its heels is the same again: a shell signals a whole group, and `npx` passes on what it gets. Returns what
 * ends the listening.
 */
export function leaveOnSignal({
  signals,
  log,
  leave,
  started,
  now = () => performance.now(),
}: Leaving): () => void {
  let askedAt: number | undefined;
  const listener = () => {
    if (!started()) signals.exit(exitCodes.left);
    else if (askedAt === undefined) {
      askedAt = now();
      log.write('info', 'leaving', 'leaving; a second signal ends it at once');
      leave();
    } else if (now() - askedAt > sameSignalMillis) signals.exit(exitCodes.failed);
  };
  signals.on('SIGTERM', listener);
  signals.on('SIGINT', listener);
  return (): void => {
    signals.off('SIGTERM', listener);
    signals.off('SIGINT', listener);
  };
}
