import type { Clock, ManualWorld, Random, Timer, Timers, World } from '@holdfast/core';

/** The world of one life of a process: when that ends, none of its timers fires any more. */
export class Life implements World, Timers {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers = this;
  readonly #world: ManualWorld;
  readonly #armed: Set<Timer> = new Set();
  #over = false;

  constructor(world: ManualWorld) {
    this.#world = world;
    this.clock = world.clock;
    this.random = world.random;
  }

  get over(): boolean {
    return this.#over;
  }

  arm(timer: Timer, due: number): void {
    if (this.#over) return;
    this.#armed.add(timer);
    this.#world.timers.arm(timer, due);
  }

  disarm(timer: Timer): void {
    this.#armed.delete(timer);
    this.#world.timers.disarm(timer);
  }

  end(): void {
    this.#over = true;
    for (const timer of this.#armed) this.#world.timers.disarm(timer);
  }
}
