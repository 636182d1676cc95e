import { checkSaved, LimiterCore, type RateLimit } from './limiter-core.ts';

/**
 * Fixed window: at most `limit` permits in a window of one period. A key's window opens with its first permit after
 * the previous one ended, so that windows follow no wall clock and keys do not all reset at once. Around the edge
 * of two windows up to `2 * limit` permits may fall into one period: where that hurts, take another algorithm.
 *
 * A cell: when the window ends, and the permits used in it.
 */
export class FixedWindow extends LimiterCore {
  private limit: number;
  private period: number;

  constructor({ limit, period }: RateLimit, slots: number) {
    super(2, slots);
    this.limit = limit;
    this.period = period;
  }

  override get capacity(): number {
    return this.limit;
  }

  override tryAcquire(slot: number, now: number, permits: number): number {
    const { cells } = this;
    const at = slot * 2;
    const opens = now >= cells[at]!;
    const used = (opens ? 0 : cells[at + 1]!) + permits;
    if (used > this.limit) return this.wait(slot, now, permits);
    if (opens) cells[at] = now + this.period;
    cells[at + 1] = used;
    return 0;
  }

  override wait(slot: number, now: number, permits: number): number {
    this.refuseExcess(permits);
    return permits <= this.available(slot, now) ? 0 : this.cells[slot * 2]! - now;
  }

  override available(slot: number, now: number): number {
    const at = slot * 2;
    return now >= this.cells[at]! ? this.limit : Math.max(0, this.limit - this.cells[at + 1]!);
  }

  override clear(slot: number): void {
    this.cells[slot * 2] = Number.NEGATIVE_INFINITY;
    this.cells[slot * 2 + 1] = 0;
  }

  /** A window under way keeps its beginning and gets the new length. */
  override reconfigure(now: number, { limit, period }: RateLimit): void {
    const longer = period - this.period;
    for (let slot = 0; slot < this.slotCount; slot++) {
      if (now < this.cells[slot * 2]!) this.cells[slot * 2]! += longer;
    }
    this.limit = limit;
    this.period = period;
  }

  /** The permits used in the window, and how long it still lasts. */
  override save(slot: number, now: number): number[] {
    const end = this.cells[slot * 2]!;
    return now >= end ? [0, 0] : [this.cells[slot * 2 + 1]!, end - now];
  }

  override load(slot: number, now: number, saved: readonly number[]): void {
    checkSaved(saved, 2, Number.MAX_SAFE_INTEGER);
    this.cells[slot * 2] = now + saved[1]!;
    this.cells[slot * 2 + 1] = saved[0]!;
  }
}
