import { type Clock, invalidArgument } from '@holdfast/core';

const million = 1_000_000;
/** How much a clock may run too fast or too slow, in parts per million. */
const driftMax = 500_000;

/**
 * The clock of one host, which its processes share. It begins at an arbitrary time, runs at its own rate, and its wall
 * clock may jump. All in whole microseconds: with a rate of `(1,000,000 + drift) / 1,000,000`, the host's time is
 * rounded down, and {@link HostClock.trueTimeOf} is the first instant at which the host's clock shows the time asked for.
 */
export class HostClock implements Clock {
  readonly #true: Clock;
  /** The moment since which the rate is what it is, in true time and in the host's. */
  #trueBase: number;
  #base: number;
  /** The host's microseconds in a million of true ones. */
  #rate: number = million;
  /** What the wall clock shows when the host's time is 0, in microseconds. */
  #wall: number;

  /**
   * @param origin - the host's monotonic time now, in microseconds.
   * @param wall - what its wall clock shows now, in microseconds since the Unix epoch.
   */
  constructor(trueClock: Clock, origin: number, wall: number) {
    this.#true = trueClock;
    this.#trueBase = trueClock.now();
    this.#base = origin;
    this.#wall = wall - origin;
  }

  now(): number {
    const passed = this.#true.now() - this.#trueBase;
    return this.#base + (this.#rate === million ? passed : scaleDown(passed, this.#rate, million));
  }

  coarseNow(): number {
    return this.now();
  }

  wall(): number {
    return Math.floor((this.#wall + this.now()) / 1_000);
  }

  /** The first instant of true time at which {@link now} is `time` or later. */
  trueTimeOf(time: number): number {
    const ahead = time - this.#base;
    if (this.#rate === million) return this.#trueBase + ahead;
    return this.#trueBase - scaleDown(-ahead, million, this.#rate);
  }

  /** Runs faster by so many parts per million from now on, slower where negative. */
  drift(partsPerMillion: number): void {
    if (!(Number.isInteger(partsPerMillion) && Math.abs(partsPerMillion) <= driftMax)) {
      throw invalidArgument('partsPerMillion', partsPerMillion, 'a whole number from -500,000 to 500,000');
    }
    this.#base = this.now();
    this.#trueBase = this.#true.now();
    this.#rate = million + partsPerMillion;
  }

  jumpWall(milliseconds: number): void {
    if (!Number.isSafeInteger(milliseconds)) {
      throw invalidArgument('milliseconds', milliseconds, 'a whole number of milliseconds');
    }
    this.#wall += milliseconds * 1_000;
  }
}

/** `floor(value * factor / divisor)`, exact where the result is: neither product leaves 53 bits. */
function scaleDown(value: number, factor: number, divisor: number): number {
  const whole = Math.floor(value / divisor);
  return whole * factor + Math.floor(((value - whole * divisor) * factor) / divisor);
}
