import { Timer } from '@holdfast/core';

/** A timer that calls a function. */
export class Alarm extends Timer {
  readonly #ring: () => void;

  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }

  override fire(): void {
    this.#ring();
  }
}
