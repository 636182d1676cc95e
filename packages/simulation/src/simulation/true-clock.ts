import type { Clock } from '@holdfast/core';

/** True time: the one that orders events. It moves only from event to event. */
export class TrueClock implements Clock {
  micros = 0;
  readonly #wallOrigin: number;

  /** @param wallOrigin - what the wall shows at first, in milliseconds since the Unix epoch. */
  constructor(wallOrigin: number) {
    this.#wallOrigin = wallOrigin;
  }

  now(): number {
    return this.micros;
  }

  coarseNow(): number {
    return this.micros;
  }

  wall(): number {
    return this.#wallOrigin + Math.floor(this.micros / 1_000);
  }
}
