/** What the storm does to one service from within. Killing and pausing need no consent and come from outside. */
export type Conditions = {
  /** Milliseconds that every piece of work takes longer. */
  readonly slowMillis: number;
  /** The share of requests, from 0 to 1, that are answered with an error. */
  readonly brokenShare: number;
  /** The share of requests that are refused before anything is done, as by a limit that somebody set wrongly. */
  readonly refusedShare: number;
  /** Milliseconds for which the event loop stands still, again and again, with as long a breath between. */
  readonly blockedMillis: number;
  /** The share of requests whose connection is closed without an answer. */
  readonly droppedShare: number;
  /** The share of work that does not give back its hand, as code does that forgets to release a connection. */
  readonly leakedShare: number;
  /** Milliseconds that requests need longer to arrive. */
  readonly lagMillis: number;
};

export const fair: Conditions = {
  slowMillis: 0,
  brokenShare: 0,
  refusedShare: 0,
  blockedMillis: 0,
  droppedShare: 0,
  leakedShare: 0,
  lagMillis: 0,
};
