import type { HoldfastError } from '@holdfast/core';
import type { AnyRunDefinition } from './definition-registry.ts';

/** How a run ends, for those who wait for it: the promise is made when the first of them asks. */
export class RunOutcome {
  readonly #definition: AnyRunDefinition;
  #records: readonly Uint8Array[] | undefined = undefined;
  #error: HoldfastError | undefined = undefined;
  #waiting: Waiting | undefined = undefined;

  constructor(definition: AnyRunDefinition) {
    this.#definition = definition;
  }

  get result(): Promise<unknown> {
    this.#waiting ??= this.#wait();
    return this.#waiting.promise;
  }

  end(records: readonly Uint8Array[]): void {
    this.#records = records;
    if (this.#waiting !== undefined) this.#settle(this.#waiting);
  }

  /** It cannot be learned here any more. */
  fail(error: HoldfastError): void {
    if (this.#records !== undefined) return;
    this.#error = error;
    if (this.#waiting !== undefined) this.#settle(this.#waiting);
  }

  #wait(): Waiting {
    const waiting = newWaiting();
    this.#settle(waiting);
    return waiting;
  }

  #settle(waiting: Waiting): void {
    if (this.#error !== undefined) waiting.reject(this.#error);
    if (this.#records === undefined) return;
    try {
      waiting.resolve(this.#definition.result(this.#records));
    } catch (error) {
      waiting.reject(error);
    }
  }
}

interface Waiting {
  readonly promise: Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

function newWaiting(): Waiting {
  let resolve!: (result: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  // Who has asked once need not wait: it is no error that nobody does.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
