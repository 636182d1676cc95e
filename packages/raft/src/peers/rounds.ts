const kept = 64;

/**
 * The rounds in which a leader asks its followers whether they still stand by it. All that a leader sends carries the
 * latest round, and answers repeat it, so that an answer proves support at some time after that round began.
 */
export class Rounds {
  private readonly startedAt: Float64Array = new Float64Array(kept);
  private latestNow = 0;

  get latest(): number {
    return this.latestNow;
  }

  start(now: number): number {
    this.latestNow++;
    this.startedAt[this.latestNow % kept] = now;
    return this.latestNow;
  }

  /** When `round` began; -Infinity for one that is forgotten, or none. A sole voter is confirmed for ever: Infinity. */
  startOf(round: number): number {
    if (round === Number.POSITIVE_INFINITY) return round;
    if (round <= 0 || round <= this.latestNow - kept) return Number.NEGATIVE_INFINITY;
    return this.startedAt[round % kept]!;
  }
}
