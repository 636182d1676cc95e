import { Timer } from '@holdfast/core';

/** A timer that calls a function. */
export class CallbackTimer extends Timer {
  private readonly onFire: () => void;

  constructor(onFire: () => void) {
    super();
    this.onFire = onFire;
  }

  override fire(): void {
    this.onFire();
  }
}
