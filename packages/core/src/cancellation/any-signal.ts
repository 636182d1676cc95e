import { type AbortSubscriber, offAbort, onAbort } from './on-abort.ts';

/** A signal made of others, and the way to let go of them. */
export interface AnySignal {
  readonly signal: AbortSignal;
  /** Stops following the sources. Call it when the work is done, or they keep the signal in memory. */
  dispose(): void;
}

/**
 * A signal that aborts as soon as one of `signals` does, with its reason. Unlike `AbortSignal.any` it lets go of
 * its sources when told to, and it costs them one shared listener each. `undefined` entries are left out.
 */
export function anySignal(signals: readonly (AbortSignal | undefined)[]): AnySignal {
  const sources = new Set(signals);
  sources.delete(undefined);
  const composed = new ComposedSignal();
  for (const source of sources as Set<AbortSignal>) composed.follow(source);
  return composed;
}

class ComposedSignal implements AnySignal {
  readonly #controller: AbortController = new AbortController();
  readonly #sources: Source[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  follow(signal: AbortSignal): void {
    if (this.signal.aborted) return;
    const source = new Source(this, signal);
    this.#sources.push(source);
    onAbort(signal, source);
  }

  abort(reason: unknown): void {
    this.dispose();
    this.#controller.abort(reason);
  }

  dispose(): void {
    for (const source of this.#sources) offAbort(source.signal, source);
    this.#sources.length = 0;
  }
}

class Source implements AbortSubscriber {
  abortSlot = -1;
  readonly signal: AbortSignal;
  readonly #composed: ComposedSignal;

  constructor(composed: ComposedSignal, signal: AbortSignal) {
    this.#composed = composed;
    this.signal = signal;
  }

  onAbort(reason: unknown): void {
    this.#composed.abort(reason);
  }
}
