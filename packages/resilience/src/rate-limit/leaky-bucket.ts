import { Bucket } from './bucket.ts';
import type { RateLimit } from './limiter-core.ts';

/**
 * Leaky bucket as a meter: each permit pours one portion in, `limit` portions a period leak out, evenly, and what
 * would overflow `burst` portions is refused. With a burst of 1 and calls that queue, it shapes them into an even
 * stream. (ITU-T I.371 (2004), annex A: the continuous-state leaky bucket.)
 *
 * A cell: the level, in units, and the time at which it was that high.
 */
export class LeakyBucket extends Bucket {
  constructor(rate: RateLimit, slots: number) {
    super(2, rate, slots);
  }

  override tryAcquire(slot: number, now: number, permits: number): number {
    const { cells } = this;
    const at = slot * 2;
    const poured = this.used(slot, now) + permits * this.permit;
    if (poured > this.volume) return this.wait(slot, now, permits);
    cells[at] = poured;
    if (now > cells[at + 1]!) cells[at + 1] = now;
    return 0;
  }

  override wait(slot: number, now: number, permits: number): number {
    this.refuseExcess(permits);
    const overflow = this.used(slot, now) - (this.volume - permits * this.permit);
    if (overflow <= 0) return 0;
    return Math.max(0, this.cells[slot * 2 + 1]! - now) + Math.ceil(overflow / this.rate);
  }

  override clear(slot: number): void {
    this.cells[slot * 2] = 0;
    this.cells[slot * 2 + 1] = Number.NEGATIVE_INFINITY;
  }

  protected override used(slot: number, now: number): number {
    const level = this.cells[slot * 2]!;
    const elapsed = now - this.cells[slot * 2 + 1]!;
    if (elapsed <= 0) return level;
    // Rounded only where it exceeds the volume, and there the product does not matter.
    const leaked = elapsed * this.rate;
    return leaked >= level ? 0 : level - leaked;
  }

  protected override setUsed(slot: number, now: number, used: number): void {
    this.cells[slot * 2] = used;
    this.cells[slot * 2 + 1] = now;
  }
}
