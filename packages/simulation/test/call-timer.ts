import { Timer } from '@holdfast/core';

/** A timer that calls a function. */
export class CallTimer extends Timer {
  readonly #call: () => void;

  constructor(call: () => void) {
    super();
    this.#call = call;
  }

  override fire(): void {
    this.#call();
  }
}
