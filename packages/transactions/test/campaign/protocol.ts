/** A protocol under crash schedules. A seed gives one schedule, the same one each time. */
export interface Protocol {
  readonly name: string;
  /** Seeds before it is another one's turn: turns cost about the same. */
  readonly seedsPerTurn: number;
  /** Seeds that once failed, with what was wrong then. */
  readonly keptSeeds: readonly { readonly seed: number; readonly why: string }[];
  /**
   * Runs the schedule of a seed. How often something was cut off in it: crashes of a process, cuts of the network, and
   * takeovers of a worker that only stood still.
   *
   * @throws Error when a promise of the protocol was broken.
   */
  readonly run: (seed: number) => Promise<number>;
}
