const slots = 10;

/**
 * Counts what happened in the window that ends now. The window moves in tenths: the count covers the tenth
 * under way and the nine before it. Time comes in as the number of the tenth, which never goes back.
 */
export class SlidingCount {
  #counts: number[] = new Array(slots).fill(0);
  #latest = 0;
  #total = 0;

  /** Microseconds of one tenth of a window. */
  static tenth(windowMicros: number): number {
    return Math.max(1, Math.floor(windowMicros / slots));
  }

  add(now: number): void {
    this.#advance(now);
    this.#counts[now % slots]! += 1;
    this.#total += 1;
  }

  total(now: number): number {
    this.#advance(now);
    return this.#total;
  }

  #advance(now: number): void {
    if (now - this.#latest >= slots) {
      this.#counts.fill(0);
      this.#total = 0;
    } else {
      for (let tenth = this.#latest + 1; tenth <= now; tenth++) {
        this.#total -= this.#counts[tenth % slots]!;
        this.#counts[tenth % slots] = 0;
      }
    }
    this.#latest = now;
  }
}
