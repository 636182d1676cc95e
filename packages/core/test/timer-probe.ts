import { Timer } from '../src/world/timers.ts';

/** A timer that calls the test back when it fires. */
export class TimerProbe extends Timer {
  readonly #onFire: (probe: TimerProbe) => void;

  constructor(onFire: (probe: TimerProbe) => void = () => {}) {
    super();
    this.#onFire = onFire;
  }

  override fire(): void {
    this.#onFire(this);
  }
}
