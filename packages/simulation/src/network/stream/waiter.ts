import { type AbortSubscriber, invalidArgument, offAbort, onAbort, toAbortError } from '@holdfast/core';

/** One call that waits for something at a time. */
export class Waiter implements AbortSubscriber {
  abortSlot = -1;
  readonly #operation: string;
  #signal: AbortSignal | undefined = undefined;
  #resolve: (() => void) | undefined = undefined;
  #reject: ((error: Error) => void) | undefined = undefined;

  /** @param operation - what is waiting, for errors. */
  constructor(operation: string) {
    this.#operation = operation;
  }

  get waiting(): boolean {
    return this.#resolve !== undefined;
  }

  /** @throws HoldfastError INVALID_ARGUMENT while another call waits. */
  refuseSecond(): void {
    if (this.waiting)
      throw invalidArgument(this.#operation, 'a second call', 'called when the first has ended');
  }

  /** Resolves when woken. @throws HoldfastError ABORTED when `signal` aborts first. */
  wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#signal = signal;
      if (signal !== undefined) onAbort(signal, this);
    });
  }

  wake(): void {
    const resolve = this.#resolve;
    this.forget();
    resolve?.();
  }

  onAbort(reason: unknown): void {
    const reject = this.#reject;
    this.forget();
    reject?.(toAbortError(reason, this.#operation));
  }

  /** Leaves the call waiting for ever. */
  forget(): void {
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#signal = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
  }
}
