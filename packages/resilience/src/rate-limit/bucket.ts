import { formatMicros, invalidArgument } from '@holdfast/core';
import { checkSaved, LimiterCore, type RateLimit } from './limiter-core.ts';

/**
 * What the bucket algorithms share: a volume, and a rate at which room in it comes back.
 *
 * The unit is chosen so that both a permit and what flows in a microsecond are whole numbers: with 3 permits in
 * 1,000 µs a permit is 1,000 units and each microsecond brings 3. Common factors are divided out, so that a
 * million permits a day stays far from the end of exact doubles.
 */
export abstract class Bucket extends LimiterCore {
  /** Units in a microsecond. */
  protected rate = 1;
  /** Units of a permit. */
  protected permit = 1;
  /** Units of a whole bucket. */
  protected volume = 1;
  private burst = 1;

  constructor(width: number, rate: RateLimit, slots: number) {
    super(width, slots);
    this.setRate(rate);
  }

  override get capacity(): number {
    return this.burst;
  }

  override available(slot: number, now: number): number {
    return Math.floor((this.volume - this.used(slot, now)) / this.permit);
  }

  override reconfigure(now: number, rate: RateLimit): void {
    const { permit } = this;
    const used: number[] = [];
    for (let slot = 0; slot < this.slotCount; slot++) used.push(this.used(slot, now));
    this.setRate(rate);
    for (let slot = 0; slot < used.length; slot++) {
      this.setUsed(slot, now, Math.min(this.volume, scale(used[slot]!, this.permit, permit)));
    }
  }

  override save(slot: number, now: number): number[] {
    return [this.used(slot, now)];
  }

  override load(slot: number, now: number, saved: readonly number[]): void {
    checkSaved(saved, 1, this.volume);
    this.setUsed(slot, now, saved[0]!);
  }

  /** Units missing from a fresh bucket at `now`, at most `volume`. */
  protected abstract used(slot: number, now: number): number;
  protected abstract setUsed(slot: number, now: number, used: number): void;

  private setRate(rate: RateLimit): void {
    const units = bucketUnits(rate);
    this.rate = units.perMicro;
    this.permit = units.perPermit;
    this.volume = units.full;
    this.burst = rate.burst;
  }
}

/** The unit in which a bucket counts, as what other things are in it: all whole numbers. */
export interface BucketUnits {
  /** What comes back in a microsecond. */
  readonly perMicro: number;
  readonly perPermit: number;
  /** A whole bucket. */
  readonly full: number;
}

/**
 * The coarsest unit that keeps a bucket's arithmetic in whole numbers.
 *
 * @throws HoldfastError INVALID_ARGUMENT when they would not stay exact in doubles.
 */
export function bucketUnits({ limit, period, burst }: RateLimit): BucketUnits {
  const common = greatestCommonDivisor(limit, period);
  const perMicro = limit / common;
  const perPermit = period / common;
  const burstMax = Math.floor((Number.MAX_SAFE_INTEGER - perMicro) / perPermit);
  if (burst > burstMax) {
    const expected = `at most ${burstMax} with ${limit} permits in ${formatMicros(period)}, to stay exact`;
    throw invalidArgument('burst', burst, expected);
  }
  return { perMicro, perPermit, full: burst * perPermit };
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** `value * numerator / denominator`, rounded up: of what was used nothing is forgotten. */
function scale(value: number, numerator: number, denominator: number): number {
  if (value === 0 || numerator === denominator) return value;
  if (value * numerator <= Number.MAX_SAFE_INTEGER) return Math.ceil((value * numerator) / denominator);
  const divisor = BigInt(denominator);
  return Number((BigInt(value) * BigInt(numerator) + divisor - 1n) / divisor);
}
