import { invalidArgument } from '@holdfast/core';

/** How much is allowed. */
export interface RateLimit {
  /** Permits per period, a whole number. */
  readonly limit: number;
  /** Whole microseconds. */
  readonly period: number;
  /** The most permits that a bucket grants at one instant. Windows have none: they grant up to `limit`. */
  readonly burst: number;
}

/**
 * The decisions of one limiting algorithm, for any number of independent keys that share one limit. What a key has
 * used stands in a cell of a few numbers; cells lie side by side in one array, and a slot says which is meant. A
 * limiter without keys uses slot 0.
 *
 * Exact: times are whole microseconds and levels whole numbers of a unit fine enough for the rate (see
 * {@link Bucket}), so that no sum is ever rounded; limits for which this would leave the 53 bits of a double are
 * refused at the door. Nothing allocates between construction and {@link reserve}.
 */
export abstract class LimiterCore {
  /** Numbers per cell. */
  protected width: number;
  protected cells: Float64Array;
  private slots: number;

  constructor(width: number, slots: number) {
    this.width = width;
    this.slots = slots;
    this.cells = new Float64Array(width * slots);
  }

  /** The most permits that can be granted at once. */
  abstract get capacity(): number;

  /**
   * Takes `permits` if they are to be had at `now`. Returns 0 when granted; otherwise nothing is taken and the
   * result is the exact wait in microseconds until they would be granted if nobody else took any.
   *
   * `now` may be earlier than before: no more is granted than if time had stood still.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `permits` is more than {@link capacity}.
   */
  abstract tryAcquire(slot: number, now: number, permits: number): number;

  /** What {@link tryAcquire} would return, taking nothing. */
  abstract wait(slot: number, now: number, permits: number): number;

  /** The most permits that would be granted at `now`. All of {@link capacity} means that the key is as good as new. */
  abstract available(slot: number, now: number): number;

  /** Forgets what the key has used. A slot has to be cleared before its first use. */
  abstract clear(slot: number): void;

  /** Replaces the limit for every slot. What has been used stays used. Throws before anything has changed. */
  abstract reconfigure(now: number, rate: RateLimit): void;

  /** What the key has used, as whole numbers relative to `now`. */
  abstract save(slot: number, now: number): number[];

  /**
   * Takes over what a core with the same limit saved, as if it had been saved at `now`.
   *
   * @throws HoldfastError INVALID_ARGUMENT when the numbers cannot have come from `save`.
   */
  abstract load(slot: number, now: number, saved: readonly number[]): void;

  /** Makes room for `slots` keys. */
  reserve(slots: number): void {
    const cells = new Float64Array(this.width * slots);
    cells.set(this.cells);
    this.cells = cells;
    this.slots = slots;
  }

  /** Copies a cell. */
  copy(from: number, to: number): void {
    const { width } = this;
    this.cells.copyWithin(to * width, from * width, (from + 1) * width);
  }

  protected get slotCount(): number {
    return this.slots;
  }

  protected refuseExcess(permits: number): void {
    if (permits <= this.capacity) return;
    throw invalidArgument(
      'permits',
      permits,
      `at most ${this.capacity}, the most that is ever granted at once`,
    );
  }
}

/** Checks that `saved` are `count` whole numbers from 0 to `max`. */
export function checkSaved(saved: readonly number[], count: number, max: number): void {
  if (!Array.isArray(saved) || saved.length !== count) {
    throw invalidArgument('state.used', saved, `an array of ${count} numbers`);
  }
  for (const value of saved) {
    if (!Number.isSafeInteger(value) || value < 0 || value > max) {
      throw invalidArgument('state.used', value, `whole numbers from 0 to ${max}`);
    }
  }
}
