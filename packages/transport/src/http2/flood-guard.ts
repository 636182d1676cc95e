import type { Clock } from '@holdfast/core';
import { ConnectionError, http2Code } from './http2-error.ts';

const second = 1_000_000;

/**
 * Counts frames that cost work in vain, such as resets. A client may send some, and one more for each request that it
 * lets come to its end; a flood costs it the connection.
 */
export class FloodGuard {
  readonly #framesMax: number;
  readonly #clock: Clock;
  #frames = 0;
  #since: number;

  constructor(framesMax: number, clock: Clock) {
    this.#framesMax = framesMax;
    this.#clock = clock;
    this.#since = clock.coarseNow();
  }

  forgive(): void {
    if (this.#frames > 0) this.#frames--;
  }

  /** @throws ConnectionError ENHANCE_YOUR_CALM. */
  count(): void {
    const now = this.#clock.coarseNow();
    const forgiven = Math.floor(((now - this.#since) * this.#framesMax) / (5 * second));
    if (forgiven > 0) {
      this.#frames = Math.max(0, this.#frames - forgiven);
      this.#since = now;
    }
    if (++this.#frames > this.#framesMax) {
      throw new ConnectionError(http2Code.enhanceYourCalm, 'a flood of frames without work');
    }
  }
}
