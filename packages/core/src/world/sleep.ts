import { throwIfAborted, toAbortError } from '../cancellation/abort-error.ts';
import { type AbortSubscriber, offAbort, onAbort } from '../cancellation/on-abort.ts';
import { type Duration, toMicros } from '../time/duration.ts';
import { platformWorld } from './platform-world.ts';
import { Timer, type Timers } from './timers.ts';
import type { World } from './world.ts';

export interface SleepOptions {
  /** Whose time passes. Default the platform's. */
  readonly world?: World;
  /** Wakes the sleeper early, with an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves after `duration`. A pending sleep keeps the process alive.
 *
 * @throws HoldfastError ABORTED when the signal aborts first, its cause being the reason; no timer and no
 * listener stays behind. INVALID_ARGUMENT when `duration` is none.
 */
export async function sleep(duration: Duration, { world, signal }: SleepOptions = {}): Promise<void> {
  const micros = toMicros(duration);
  throwIfAborted(signal, 'sleep');
  const { clock, timers } = world ?? platformWorld();
  await new Promise<void>((resolve, reject) => {
    const sleeper = new Sleeper(timers, signal, resolve, reject);
    timers.arm(sleeper, clock.now() + micros);
    if (signal !== undefined) onAbort(signal, sleeper);
  });
}

class Sleeper extends Timer implements AbortSubscriber {
  abortSlot = -1;
  readonly #timers: Timers;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;

  constructor(
    timers: Timers,
    signal: AbortSignal | undefined,
    resolve: () => void,
    reject: (error: Error) => void,
  ) {
    super();
    this.#timers = timers;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override fire(): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#resolve();
  }

  onAbort(reason: unknown): void {
    this.#timers.disarm(this);
    this.#reject(toAbortError(reason, 'sleep'));
  }
}
