import { Bucket } from './bucket.ts';
import type { RateLimit } from './limiter-core.ts';

/**
 * Generic cell rate algorithm: remembers only when the next permit would be due if all came evenly spaced, the
 * theoretical arrival time, and grants while that is less than a burst ahead. It decides exactly as a token bucket
 * of the same burst does. (ITU-T I.371 (2004), annex A: virtual scheduling.)
 *
 * A cell: the theoretical arrival time in whole microseconds, and the rest of it in units.
 */
export class Gcra extends Bucket {
  constructor(rate: RateLimit, slots: number) {
    super(2, rate, slots);
  }

  override tryAcquire(slot: number, now: number, permits: number): number {
    const { cells, rate } = this;
    const at = slot * 2;
    const due = cells[at]!;
    const ahead = due >= now;
    const units = (ahead ? cells[at + 1]! : 0) + permits * this.permit;
    // Rounded only where it is far beyond the volume, and there it is refused all the same.
    if ((ahead ? (due - now) * rate : 0) + units > this.volume) return this.wait(slot, now, permits);
    const micros = Math.floor(units / rate);
    cells[at] = (ahead ? due : now) + micros;
    cells[at + 1] = units - micros * rate;
    return 0;
  }

  override wait(slot: number, now: number, permits: number): number {
    this.refuseExcess(permits);
    const due = this.cells[slot * 2]!;
    if (due < now) return 0;
    const excess = this.cells[slot * 2 + 1]! + permits * this.permit - this.volume;
    return Math.max(0, due - now + Math.ceil(excess / this.rate));
  }

  override clear(slot: number): void {
    this.cells[slot * 2] = Number.NEGATIVE_INFINITY;
    this.cells[slot * 2 + 1] = 0;
  }

  /** Returns permits that were taken and not used. */
  giveBack(slot: number, now: number, permits: number, _takenAt: number): void {
    this.setUsed(slot, now, Math.max(0, this.used(slot, now) - permits * this.permit));
  }

  protected override used(slot: number, now: number): number {
    const due = this.cells[slot * 2]!;
    if (due < now) return 0;
    return Math.min(this.volume, (due - now) * this.rate + this.cells[slot * 2 + 1]!);
  }

  protected override setUsed(slot: number, now: number, used: number): void {
    const micros = Math.floor(used / this.rate);
    this.cells[slot * 2] = now + micros;
    this.cells[slot * 2 + 1] = used - micros * this.rate;
  }
}
