import { Timer } from '@holdfast/core';
import type { SimulatedWorld } from '../simulation/simulated-world.ts';
import type { RunWatch } from './run-inputs.ts';

/** The order of events at the same instant, as it was given. */
export class GivenOrder {
  readonly #order: readonly number[];
  readonly #watch: RunWatch | undefined;
  #ties = 0;

  constructor(order: readonly number[], watch: RunWatch | undefined) {
    this.#order = order;
    this.#watch = watch;
  }

  readonly choose = (count: number): number => {
    this.#watch?.onTie(count);
    return Math.min(this.#order[this.#ties++] ?? 0, count - 1);
  };
}

/** Lets `watch` see the world one microsecond before each of its moments. Call it when the storm begins. */
export function watchMoments(watch: RunWatch, world: SimulatedWorld): void {
  for (const [index, moment] of watch.moments.entries()) {
    const look = new Look(() => watch.onMoment(index, world.hostDigest));
    if (moment === 0) look.fire();
    else world.timers.arm(look, world.clock.now() + moment - 1);
  }
}

class Look extends Timer {
  readonly #look: () => void;

  constructor(look: () => void) {
    super();
    this.#look = look;
  }

  override fire(): void {
    this.#look();
  }
}
