import { Timer, type World } from '@holdfast/core';

/** A signal that aborts after a while, unless it is ended before. */
export class TimeLimit extends Timer {
  readonly #world: World;
  readonly #controller: AbortController = new AbortController();
  readonly #reason: () => unknown;

  /** @param reason - makes what the signal aborts with. */
  constructor(world: World, micros: number, reason: () => unknown) {
    super();
    this.#world = world;
    this.#reason = reason;
    world.timers.arm(this, world.clock.now() + micros);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  override fire(): void {
    this.#controller.abort(this.#reason());
  }

  end(): void {
    this.#world.timers.disarm(this);
  }

  /** Aborts at once. */
  abort(reason: unknown): void {
    this.end();
    this.#controller.abort(reason);
  }
}
