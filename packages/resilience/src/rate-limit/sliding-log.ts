import { invalidArgument } from '@holdfast/core';
import { checkSaved, LimiterCore, type RateLimit } from './limiter-core.ts';

/** The largest limit of a log, for each key takes 8 bytes times the limit. */
const limitMax = 1_000_000;

/**
 * Sliding log: never more than `limit` permits in any period, wherever it begins. It keeps the time of each of the
 * last `limit` permits in a ring: n permits fit when the n-th oldest has expired.
 *
 * A cell: where the oldest time stands, then `limit` times, oldest first from there on.
 */
export class SlidingLog extends LimiterCore {
  private limit: number;
  private period: number;

  constructor({ limit, period }: RateLimit, slots: number) {
    checkLimit(limit);
    super(limit + 1, slots);
    this.limit = limit;
    this.period = period;
  }

  override get capacity(): number {
    return this.limit;
  }

  override tryAcquire(slot: number, now: number, permits: number): number {
    const { cells, limit } = this;
    const at = slot * this.width;
    if (permits > limit || this.time(at, permits - 1) > now - this.period)
      return this.wait(slot, now, permits);
    // The ring stays sorted when the clock does not.
    const stamp = Math.max(now, this.time(at, limit - 1));
    let oldest = cells[at]!;
    for (let written = 0; written < permits; written++) {
      cells[at + 1 + oldest] = stamp;
      oldest = oldest + 1 === limit ? 0 : oldest + 1;
    }
    cells[at] = oldest;
    return 0;
  }

  override wait(slot: number, now: number, permits: number): number {
    this.refuseExcess(permits);
    return Math.max(0, this.time(slot * this.width, permits - 1) + this.period - now);
  }

  override available(slot: number, now: number): number {
    const at = slot * this.width;
    const expired = now - this.period;
    let [low, high] = [0, this.limit];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(at, middle) <= expired) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  override clear(slot: number): void {
    const at = slot * this.width;
    this.cells.fill(Number.NEGATIVE_INFINITY, at, at + this.width);
    this.cells[at] = 0;
  }

  /** The new log takes over the latest of the permits that still count. */
  override reconfigure(now: number, { limit, period }: RateLimit): void {
    checkLimit(limit);
    const next = new SlidingLog({ limit, period, burst: limit }, this.slotCount);
    for (let slot = 0; slot < this.slotCount; slot++) {
      next.clear(slot);
      const kept = Math.min(limit, this.limit - this.available(slot, now));
      for (let back = 1; back <= kept; back++) {
        next.cells[(slot + 1) * next.width - back] = this.time(slot * this.width, this.limit - back);
      }
    }
    this.cells = next.cells;
    this.width = next.width;
    this.limit = limit;
    this.period = period;
  }

  /** How long ago each permit was taken, of those that still count, oldest first. */
  override save(slot: number, now: number): number[] {
    const at = slot * this.width;
    const ages: number[] = [];
    for (let nth = this.available(slot, now); nth < this.limit; nth++) {
      ages.push(Math.max(0, now - this.time(at, nth)));
    }
    return ages;
  }

  override load(slot: number, now: number, saved: readonly number[]): void {
    checkSaved(saved, Math.min(saved?.length, this.limit), this.period);
    if (saved.some((age, index) => index > 0 && age > saved[index - 1]!)) {
      throw invalidArgument('state.used', saved, 'ages sorted from the oldest to the newest');
    }
    this.clear(slot);
    const end = (slot + 1) * this.width;
    for (const [index, age] of saved.entries()) this.cells[end - saved.length + index] = now - age;
  }

  /** The n-th oldest time in the log, counted from 0. */
  private time(at: number, nth: number): number {
    const place = this.cells[at]! + nth;
    return this.cells[at + 1 + (place < this.limit ? place : place - this.limit)]!;
  }
}

function checkLimit(limit: number): void {
  if (limit <= limitMax) return;
  throw invalidArgument('limit', limit, `at most ${limitMax} for a sliding log, which remembers each permit`);
}
