/**
 * Time as every decision sees it: whole microseconds on a monotonic scale, so that arithmetic on it is
 * exact and the same seed gives the same run on every platform.
 */
export interface Clock {
  /** Monotonic time in whole microseconds since an arbitrary origin, read fresh. Start deadlines with it. */
  now(): number;
  /**
   * Monotonic time in whole microseconds, read at most once per turn of the event loop. Never ahead of
   * {@link Clock.now} and never behind an earlier reading; for decisions that a slightly old time cannot harm.
   */
  coarseNow(): number;
  /** Wall-clock milliseconds since the Unix epoch. It may jump either way: show it, never subtract it. */
  wall(): number;
}
