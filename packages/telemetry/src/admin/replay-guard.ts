/** Milliseconds by which the clocks of two processes of one machine may differ, transport included. */
const tolerance = 30_000;
/** Requests within twice the tolerance, at most. */
const noncesMax = 10_000;

/** Lets each request through once, and none that is old. What it remembers is bounded: beyond that it refuses. */
export class ReplayGuard {
  /** Until when each is remembered, the oldest first. */
  readonly #until = new Map<string, number>();

  /** `date` and `now` in wall-clock milliseconds. */
  judge(nonce: string, date: number, now: number): 'fresh' | 'late' | 'repeated' | 'busy' {
    if (!(Math.abs(now - date) <= tolerance)) return 'late';
    for (const [known, until] of this.#until) {
      if (until >= now) break;
      this.#until.delete(known);
    }
    if (this.#until.has(nonce)) return 'repeated';
    if (this.#until.size >= noncesMax) return 'busy';
    this.#until.set(nonce, now + 2 * tolerance);
    return 'fresh';
  }
}
