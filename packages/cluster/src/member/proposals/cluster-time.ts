/**
 * The cluster's own time, in microseconds: what the log says it is, and what has passed here since it said so. It never
 * falls, goes on whoever leads, and knows of no wall clock. While nobody proposes, it stands still for those who only
 * look at the log.
 */
export class ClusterTime {
  #seen: number;
  #seenAt: number;

  constructor(time: number, now: number) {
    this.#seen = time;
    this.#seenAt = now;
  }

  /** The latest time in the log. */
  get seen(): number {
    return this.#seen;
  }

  /** An entry says that it is `time`; returns what it is: an entry that says less than one before it is as late. */
  see(time: number, now: number): number {
    if (time > this.#seen) {
      this.#seen = time;
      this.#seenAt = now;
    }
    return this.#seen;
  }

  /** What to write into an entry. */
  at(now: number): number {
    return this.#seen + Math.max(0, now - this.#seenAt);
  }
}
