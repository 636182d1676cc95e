import type { Clock } from '@holdfast/core';

const sampleMicros = 1_000_000;

/**
 * Where monotonic time stands in the time of the world. The wall clock tells milliseconds: each reading bounds the offset
 * between the two to a millisecond, and all together to far less. When a reading lies outside, somebody has set the
 * clock, or the machine slept, and it begins anew.
 */
export class EpochClock {
  readonly #clock: Clock;
  /** The offset is at least this, microseconds, */
  #least = Number.NEGATIVE_INFINITY;
  /** and below this. */
  #below = Number.POSITIVE_INFINITY;
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#findTick();
  }

  /** Monotonic microseconds. */
  now(): number {
    return this.#clock.now();
  }

  /** What to add to monotonic microseconds for microseconds since the Unix epoch; `now` was just read. */
  offset(now: number): number {
    if (now - this.#sampledAt >= sampleMicros) this.#sample(now);
    return this.#least;
  }

  /** Reads until the wall clock ticks, which says exactly where it is: a millisecond at most. */
  #findTick(): void {
    const began = this.#clock.now();
    const wall = this.#clock.wall();
    let now = began;
    let previous: number;
    do {
      this.#sample(now);
      previous = now;
      now = this.#clock.now();
    } while (this.#clock.wall() === wall && now > previous && now - began < 1_000);
    this.#sample(now);
  }

  #sample(now: number): void {
    const least = this.#clock.wall() * 1_000 - now;
    const below = least + 1_000;
    const contradicts = least >= this.#below || below <= this.#least;
    this.#least = contradicts ? least : Math.max(this.#least, least);
    this.#below = contradicts ? below : Math.min(this.#below, below);
    this.#sampledAt = now;
  }
}
