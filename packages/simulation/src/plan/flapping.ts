import { Timer } from '@holdfast/core';
import type { Simulation } from '../simulation/simulation.ts';

/** A link, or several, that goes down and up in turns of `half` a period each. It begins down. */
export class Flapping extends Timer {
  readonly #simulation: Simulation;
  readonly #half: number;
  readonly #takeDown: () => () => void;
  #bringUp: (() => void) | undefined;

  constructor(simulation: Simulation, half: number, takeDown: () => () => void) {
    super();
    this.#simulation = simulation;
    this.#half = half;
    this.#takeDown = takeDown;
    this.fire();
  }

  override fire(): void {
    if (this.#bringUp === undefined) {
      this.#bringUp = this.#takeDown();
    } else {
      this.#bringUp();
      this.#bringUp = undefined;
    }
    this.#simulation.timers.arm(this, this.#simulation.clock.now() + this.#half);
  }

  /** Ends with the link up. */
  stop(): void {
    this.#simulation.timers.disarm(this);
    this.#bringUp?.();
    this.#bringUp = undefined;
  }
}
