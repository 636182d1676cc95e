/** Good and bad events. */
export interface Tally {
  readonly good: number;
  readonly bad: number;
}

/**
 * Counts good and bad events in windows that end now. Time is cut into slots; a window covers the slot under way and as many
 * whole ones before it as make up the rest. Time never goes back.
 */
export class SlidingTally {
  readonly #slot: number;
  readonly #good: Float64Array;
  readonly #bad: Float64Array;
  /** The number of the slot under way. */
  #current = 0;

  /** @param slot - how long one is, and @param span - the longest window: both in microseconds. */
  constructor(slot: number, span: number) {
    this.#slot = slot;
    this.#good = new Float64Array(Math.ceil(span / slot));
    this.#bad = new Float64Array(this.#good.length);
  }

  /** The longest window. */
  get span(): number {
    return this.#slot * this.#good.length;
  }

  add(now: number, { bad, good }: Tally): void {
    const place = this.#advance(now);
    this.#good[place]! += good;
    this.#bad[place]! += bad;
  }

  total(now: number, window: number): Tally {
    const last = this.#advance(now);
    const { length } = this.#good;
    const slots = Math.min(length, Math.max(1, Math.round(window / this.#slot)));
    let good = 0;
    let bad = 0;
    for (let back = 0; back < slots; back += 1) {
      const place = (last - back + length) % length;
      good += this.#good[place]!;
      bad += this.#bad[place]!;
    }
    return { good, bad };
  }

  /** Forgets what is too old; returns the place of the slot under way. */
  #advance(now: number): number {
    const current = Math.max(this.#current, Math.floor(now / this.#slot));
    const { length } = this.#good;
    const passed = Math.min(length, current - this.#current);
    for (let step = 0; step < passed; step += 1) {
      const place = (current - step) % length;
      this.#good[place] = 0;
      this.#bad[place] = 0;
    }
    this.#current = current;
    return current % length;
  }
}
