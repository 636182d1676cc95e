/** How much something counts for being as old as it is: half as much after each half-life. */
export class Recency {
  readonly #end: number;
  readonly #halfLife: number;

  /**
   * @param end - what happens here or later counts fully. Microseconds since the Unix epoch
   * @param halfLife - milliseconds; by default infinite: age does not matter
   */
  constructor(end: number, halfLife: number = Number.POSITIVE_INFINITY) {
    this.#end = end;
    this.#halfLife = halfLife * 1_000;
  }

  /** From 0 to 1, for what happened at `time`. */
  of(time: number): number {
    return 0.5 ** (Math.max(0, this.#end - time) / this.#halfLife);
  }
}
