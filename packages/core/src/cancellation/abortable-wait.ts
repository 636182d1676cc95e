import { toAbortError } from './abort-error.ts';
import { type AbortSubscriber, offAbort, onAbort } from './on-abort.ts';

/** A promise that its owner settles, unless a signal aborts first: then it rejects with ABORTED. */
export class AbortableWait<Value = void> implements AbortSubscriber {
  /** Only the signal's side writes it. */
  abortSlot = -1;
  readonly promise: Promise<Value>;
  readonly #operation: string;
  readonly #signal: AbortSignal | undefined;
  #resolve!: (value: Value) => void;
  #reject!: (error: unknown) => void;

  /** @param operation - what is waited in, for the error. */
  constructor(operation: string, signal: AbortSignal | undefined) {
    this.#operation = operation;
    this.#signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal !== undefined) onAbort(signal, this);
  }

  resolve(value: Value): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#reject(error);
  }

  onAbort(reason: unknown): void {
    this.#reject(toAbortError(reason, this.#operation));
  }
}
