import { Bucket } from './bucket.ts';
import type { RateLimit } from './limiter-core.ts';

/**
 * Token bucket: holds up to `burst` tokens, gains `limit` of them a period, evenly, and each permit takes one.
 * In any stretch of time t it grants at most `burst + t * limit / period`. (J. Turner, "New directions in
 * communications", IEEE Communications Magazine 24(10), 1986.)
 *
 * A cell: the tokens, in units, and the time at which they were that many.
 */
export class TokenBucket extends Bucket {
  constructor(rate: RateLimit, slots: number) {
    super(2, rate, slots);
  }

  override tryAcquire(slot: number, now: number, permits: number): number {
    const { cells } = this;
    const at = slot * 2;
    const tokens = this.tokens(at, now);
    const cost = permits * this.permit;
    if (cost > tokens) return this.wait(slot, now, permits);
    cells[at] = tokens - cost;
    if (now > cells[at + 1]!) cells[at + 1] = now;
    return 0;
  }

  override wait(slot: number, now: number, permits: number): number {
    this.refuseExcess(permits);
    const at = slot * 2;
    const missing = permits * this.permit - this.tokens(at, now);
    if (missing <= 0) return 0;
    return Math.max(0, this.cells[at + 1]! - now) + Math.ceil(missing / this.rate);
  }

  override clear(slot: number): void {
    this.cells[slot * 2] = this.volume;
    this.cells[slot * 2 + 1] = Number.NEGATIVE_INFINITY;
  }

  protected override used(slot: number, now: number): number {
    return this.volume - this.tokens(slot * 2, now);
  }

  protected override setUsed(slot: number, now: number, used: number): void {
    this.cells[slot * 2] = this.volume - used;
    this.cells[slot * 2 + 1] = now;
  }

  private tokens(at: number, now: number): number {
    const tokens = this.cells[at]!;
    const elapsed = now - this.cells[at + 1]!;
    if (elapsed <= 0) return tokens;
    // Rounded only where it exceeds the volume, and there the product does not matter.
    const gained = elapsed * this.rate;
    return gained >= this.volume - tokens ? this.volume : tokens + gained;
  }
}
