import { platformWorld, Timer } from '@holdfast/core';

/** Ends a worker's time by the clock of its own process, before others may count it as dead. */
export class LeaseEnd extends Timer {
  readonly #micros: number;
  readonly #over: () => void;

  constructor(micros: number, over: () => void) {
    super();
    this.#micros = micros;
    this.#over = over;
  }

  renew(askedAt: number): void {
    platformWorld().timers.arm(this, askedAt + this.#micros);
  }

  cancel(): void {
    platformWorld().timers.disarm(this);
  }

  override fire(): void {
    this.#over();
  }
}
