import { formatMicros, invalidArgument } from '@holdfast/core';
import { checkSaved, LimiterCore, type RateLimit } from './limiter-core.ts';

/**
 * Sliding window counter: counts permits in windows of one period, and takes those of the previous window as spread
 * evenly over it: `previous * (period - elapsed) / period + current` may reach `limit`. Three numbers a key stand
 * in for a whole log; with traffic that is not even it may err by part of the previous window's count. (The
 * approximation that Cloudflare described in "How we built rate limiting capable of scaling to millions of
 * domains", 2017.) After two empty windows the next permit begins a new one.
 *
 * A cell: when the current window began, the permits of the previous window, and those of the current one.
 */
export class SlidingWindow extends LimiterCore {
  private limit: number;
  private period: number;

  constructor(rate: RateLimit, slots: number) {
    super(3, slots);
    checkExact(rate);
    this.limit = rate.limit;
    this.period = rate.period;
  }

  override get capacity(): number {
    return this.limit;
  }

  override tryAcquire(slot: number, now: number, permits: number): number {
    const { cells } = this;
    const at = slot * 3;
    this.roll(at, now);
    if (!this.fits(at, now, permits)) return this.wait(slot, now, permits);
    cells[at + 2]! += permits;
    return 0;
  }

  override wait(slot: number, now: number, permits: number): number {
    this.refuseExcess(permits);
    const { cells, limit, period } = this;
    const at = slot * 3;
    this.roll(at, now);
    if (this.fits(at, now, permits)) return 0;
    const [start, previous, current] = [cells[at]!, cells[at + 1]!, cells[at + 2]!];
    const room = limit - current - permits;
    if (room >= 0) return start + decayed(previous, room, period) - now;
    return start + period + decayed(current, limit - permits, period) - now;
  }

  override available(slot: number, now: number): number {
    const { cells, limit, period } = this;
    const at = slot * 3;
    this.roll(at, now);
    const left = period - Math.max(0, now - cells[at]!);
    return Math.max(0, Math.floor((limit * period - cells[at + 1]! * left) / period) - cells[at + 2]!);
  }

  override clear(slot: number): void {
    this.cells[slot * 3] = Number.NEGATIVE_INFINITY;
    this.cells[slot * 3 + 1] = 0;
    this.cells[slot * 3 + 2] = 0;
  }

  /** The windows keep their beginnings and counts, and get the new length. */
  override reconfigure(now: number, rate: RateLimit): void {
    checkExact(rate);
    // More than this is over any limit that the new period allows, and would not stay exact.
    const countMax = Math.floor(Number.MAX_SAFE_INTEGER / rate.period);
    for (let slot = 0; slot < this.slotCount; slot++) {
      const at = slot * 3;
      this.roll(at, now);
      this.cells[at + 1] = Math.min(this.cells[at + 1]!, countMax);
      this.cells[at + 2] = Math.min(this.cells[at + 2]!, countMax);
    }
    this.limit = rate.limit;
    this.period = rate.period;
  }

  /** The permits of the previous and of the current window, and how long that has lasted. */
  override save(slot: number, now: number): number[] {
    const at = slot * 3;
    this.roll(at, now);
    return [this.cells[at + 1]!, this.cells[at + 2]!, Math.max(0, now - this.cells[at]!)];
  }

  override load(slot: number, now: number, saved: readonly number[]): void {
    checkSaved(saved, 3, Number.MAX_SAFE_INTEGER);
    const countMax = Math.floor(Number.MAX_SAFE_INTEGER / this.period);
    const at = slot * 3;
    this.cells[at] = now - saved[2]!;
    this.cells[at + 1] = Math.min(saved[0]!, countMax);
    this.cells[at + 2] = Math.min(saved[1]!, countMax);
  }

  /** Returns permits that were taken at `takenAt` and not used, to the window that counts them. */
  giveBack(slot: number, now: number, permits: number, takenAt: number): void {
    const { cells, period } = this;
    const at = slot * 3;
    this.roll(at, now);
    const start = cells[at]!;
    if (takenAt >= start) cells[at + 2] = Math.max(0, cells[at + 2]! - permits);
    else if (takenAt >= start - period) cells[at + 1] = Math.max(0, cells[at + 1]! - permits);
  }

  private fits(at: number, now: number, permits: number): boolean {
    const { cells, period } = this;
    const left = period - Math.max(0, now - cells[at]!);
    return cells[at + 1]! * left <= (this.limit - cells[at + 2]! - permits) * period;
  }

  /** Makes the window that `now` lies in the current one; while both are empty it begins now. */
  private roll(at: number, now: number): void {
    const { cells, period } = this;
    const elapsed = now - cells[at]!;
    if (elapsed >= period) {
      cells[at]! += period;
      cells[at + 1] = elapsed < 2 * period ? cells[at + 2]! : 0;
      cells[at + 2] = 0;
    }
    if (cells[at + 1] === 0 && cells[at + 2] === 0) cells[at] = now;
  }
}

/** How far into a window the `count` permits of the one before it weigh no more than `room`. */
function decayed(count: number, room: number, period: number): number {
  return count <= room ? 0 : period - Math.floor((room * period) / count);
}

function checkExact({ limit, period }: RateLimit): void {
  const limitMax = Math.floor(Number.MAX_SAFE_INTEGER / period);
  if (limit <= limitMax) return;
  throw invalidArgument(
    'limit',
    limit,
    `at most ${limitMax} with a period of ${formatMicros(period)}, to stay exact`,
  );
}
