import type { Clock, Random, Timer, Timers, World } from '@holdfast/core';

/** The world of one process, which can be suspended and killed: then its timers do not fire. */
export class ProcessWorld implements World, Timers {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers = this;
  readonly #outside: Timers;
  readonly #armed = new Set<Timer>();
  #state: 'runs' | 'suspended' | 'dead' = 'runs';

  constructor({ clock, random, timers }: World) {
    this.clock = clock;
    this.random = random;
    this.#outside = timers;
  }

  arm(timer: Timer, due: number): void {
    if (this.#state === 'dead') return;
    this.#armed.add(timer);
    timer.due = due;
    if (this.#state === 'runs') this.#outside.arm(timer, due);
  }

  disarm(timer: Timer): void {
    this.#armed.delete(timer);
    this.#outside.disarm(timer);
  }

  suspend(): void {
    this.#state = 'suspended';
    for (const timer of [...this.#armed]) {
      if (timer.armed) this.#outside.disarm(timer);
      else this.#armed.delete(timer);
    }
  }

  resume(): void {
    this.#state = 'runs';
    for (const timer of this.#armed) this.#outside.arm(timer, timer.due);
  }

  kill(): void {
    this.suspend();
    this.#state = 'dead';
  }
}
