import { type AbortSubscriber, offAbort, onAbort, toAbortError } from '@holdfast/core';

/** A wait until a socket has something to say, which a signal may end with ABORTED. */
export class SocketWait implements AbortSubscriber {
  abortSlot = -1;
  readonly ended: Promise<void>;
  readonly #operation: string;
  readonly #signal: AbortSignal | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(operation: string, signal: AbortSignal | undefined) {
    this.#operation = operation;
    this.#signal = signal;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal !== undefined) onAbort(signal, this);
  }

  end(): void {
    this.#letGo();
    this.#resolve();
  }

  fail(error: Error): void {
    this.#letGo();
    this.#reject(error);
  }

  onAbort(reason: unknown): void {
    this.#reject(toAbortError(reason, this.#operation));
  }

  #letGo(): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
  }
}
