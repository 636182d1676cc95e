import type { Random } from '@holdfast/core';

/** What the storm does to one service from within. Killing and pausing need no consent and come from outside. */
export class Weather {
  /** Milliseconds that every piece of work takes longer. */
  slowMillis = 0;
  /** The share of requests, from 0 to 1, that are answered with an error. */
  brokenShare = 0;
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /**
   * How the next request fares. Half of the errors strike before anything has been done, the others after: the
   * work is done, and the caller does not get to know.
   */
  next(): 'fair' | 'fails-before' | 'fails-after' {
    if (this.brokenShare === 0 || this.random.float() >= this.brokenShare) return 'fair';
    return this.random.below(2) === 0 ? 'fails-before' : 'fails-after';
  }
}
