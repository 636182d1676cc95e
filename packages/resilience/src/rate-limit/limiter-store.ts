import type { RateLimit } from './limiter-core.ts';

/** The algorithms that a store keeps for several processes: GCRA decides as a token bucket does. */
export type StoredAlgorithm = 'gcra' | 'sliding-window';

/** A limit that several processes share. */
export interface StoredLimit extends RateLimit {
  readonly algorithm: StoredAlgorithm;
}

/** What a store answers. */
export interface Taken {
  /** How many permits were taken; 0 when there were too few. */
  readonly permits: number;
  /** When none were taken: microseconds until as many as needed are to be had, if nobody else takes any. */
  readonly retryAfter: number;
  /** When that was, in microseconds of the store's own clock: what {@link LimiterStore.giveBack} asks for. */
  readonly at: number;
}

/**
 * Where processes keep what they have used of a common limit. Each call is atomic for its key and goes by the
 * store's own clock, so that the clocks of the processes do not matter. Keys nobody uses are forgotten in time.
 *
 * A store rejects when it cannot answer. It need not limit how long it takes: whoever asks does. What a call has
 * done whose answer was lost stays done, so that permits may be lost, but never granted twice.
 */
export interface LimiterStore {
  /**
   * Takes as many of `permits` as there are, if that is at least `atLeast`; otherwise none. With `atLeast` equal to
   * `permits` it is all or nothing, with 1 it leases what it can get.
   */
  take(key: string, permits: number, atLeast: number, limit: StoredLimit): Promise<Taken>;
  /** Returns unused permits that were taken at `takenAt`. What would have come back by itself already is ignored. */
  giveBack(key: string, permits: number, takenAt: number, limit: StoredLimit): Promise<void>;
  /** Which part of the store keeps `key`, where parts fail one by one: a whole number, counted from 0. */
  partitionOf(key: string): number;
}
