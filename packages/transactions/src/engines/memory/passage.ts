import { Timer, type World } from '@holdfast/core';

/** The way between a worker and the memory. Whatever goes along it takes the same time, and nothing overtakes. */
export class Passage {
  readonly #world: World;
  /** Microseconds one way; with none, the way is a microtask. */
  readonly #length: number;
  readonly #timers: Arrival[] = [];
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(world: World, length: number) {
    this.#world = world;
    this.#length = length;
  }

  /** Resolves when it is through; never once the passage is closed. */
  through(): Promise<void> {
    return this.#length > 0 ? this.fromOutside() : this.#unlessClosed();
  }

  /** The same for what another worker has set off: its turn is one of this worker's world. */
  fromOutside(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return;
      this.#waiting.push(resolve);
      const arrival = new Arrival(this);
      this.#timers.push(arrival);
      this.#world.timers.arm(arrival, this.#world.clock.now() + this.#length);
    });
  }

  /** Nothing gets through any more: its worker has been killed. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) this.#world.timers.disarm(timer);
    this.#timers.length = 0;
    this.#waiting.length = 0;
  }

  arrive(arrival: Arrival): void {
    this.#timers.splice(this.#timers.indexOf(arrival), 1);
    this.#waiting.shift()?.();
  }

  async #unlessClosed(): Promise<void> {
    await undefined;
    if (this.#closed) await never;
  }
}

class Arrival extends Timer {
  readonly #passage: Passage;

  constructor(passage: Passage) {
    super();
    this.#passage = passage;
  }

  override fire(): void {
    this.#passage.arrive(this);
  }
}

const never: Promise<never> = new Promise(() => {});
