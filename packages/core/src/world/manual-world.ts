import { invalidArgument } from '../errors/core-errors.ts';
import { type Duration, toMicros } from '../time/duration.ts';
import type { Clock } from './clock.ts';
import { queueMacrotask } from './macrotask.ts';
import type { Random } from './random.ts';
import { seededRandom } from './seeded-random.ts';
import type { Timers } from './timers.ts';
import { fireTimer, TimingWheel } from './timing-wheel.ts';
import type { World } from './world.ts';

export interface ManualWorldOptions {
  /** Seed of {@link ManualWorld.random}. Default 0. */
  readonly seed?: number | string;
  /** What the wall clock shows at first, in milliseconds since the Unix epoch. Default 2026-01-01T00:00:00Z. */
  readonly wall?: number;
}

export interface RunAllOptions {
  /** How many timers may fire before the run counts as endless. Default 10,000. */
  readonly limit?: number;
}

/**
 * A world for tests: time stands still until the test moves it, and a seed determines every random number.
 *
 *     const world = new ManualWorld();
 *     const answer = callWithRetries(service, { world });
 *     await world.advance('30s');
 *     expect(await answer).toBe('late but here');
 */
export class ManualWorld implements World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly #clock: ManualClock;
  readonly #wheel: TimingWheel = new TimingWheel();

  constructor({ seed = 0, wall = Date.UTC(2026, 0, 1) }: ManualWorldOptions = {}) {
    if (!Number.isFinite(wall)) throw invalidArgument('wall', wall, 'milliseconds since the Unix epoch');
    this.#clock = new ManualClock(wall);
    this.clock = this.#clock;
    this.timers = this.#wheel;
    this.random = seededRandom(seed);
  }

  /** How many timers are armed: what a test counts to see that nothing was left behind. */
  get pendingTimers(): number {
    return this.#wheel.size;
  }

  /**
   * Moves time on by `duration`, firing each timer at its due time, one by one; the promises that one settles
   * run to their end (see {@link settle}) before the next fires. What they arm within the span fires too.
   */
  async advance(duration: Duration): Promise<void> {
    const target = this.#clock.micros + toMicros(duration);
    await this.settle();
    while (this.#fireNext(target)) await this.settle();
    this.#moveTo(target);
  }

  /** As {@link advance} for synchronous code: no promise gets to run before this returns. */
  advanceSync(duration: Duration): void {
    const target = this.#clock.micros + toMicros(duration);
    while (this.#fireNext(target));
    this.#moveTo(target);
  }

  /**
   * Moves time on until no timer is armed.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `limit` timers have fired and there are still more, as with a
   * timer that always arms itself again.
   */
  async runAll({ limit = 10_000 }: RunAllOptions = {}): Promise<void> {
    await this.settle();
    for (let fired = 0; this.pendingTimers > 0; fired++) {
      if (fired >= limit) throw endless(limit, this.pendingTimers);
      this.#fireNext(Number.MAX_SAFE_INTEGER);
      await this.settle();
    }
  }

  /**
   * Lets every promise that can go on without time moving do so, however long the chain. It does not wait for
   * what is not a promise: sockets, files and the platform's own timers.
   */
  settle(): Promise<void> {
    return new Promise(queueMacrotask);
  }

  /** Moves the wall clock alone by `milliseconds`, either way, as an operator or a time server would. */
  jumpWall(milliseconds: number): void {
    if (!Number.isFinite(milliseconds)) {
      throw invalidArgument('milliseconds', milliseconds, 'a number of milliseconds');
    }
    this.#clock.wallOffset += milliseconds;
  }

  /** Moves time to the next timer due by `target` and fires it. `false` when there is none. */
  #fireNext(target: number): boolean {
    const timer = this.#wheel.takeNext(target);
    if (timer === undefined) return false;
    this.#moveTo(timer.due);
    fireTimer(timer);
    return true;
  }

  #moveTo(micros: number): void {
    this.#clock.micros = Math.max(this.#clock.micros, micros);
  }
}

class ManualClock implements Clock {
  micros = 0;
  wallOffset: number;

  constructor(wallOffset: number) {
    this.wallOffset = wallOffset;
  }

  now(): number {
    return this.micros;
  }

  coarseNow(): number {
    return this.micros;
  }

  wall(): number {
    return Math.floor(this.wallOffset + this.micros / 1_000);
  }
}

function endless(limit: number, pending: number): Error {
  const remedy = 'advance by a duration where a timer always arms itself again';
  return invalidArgument(
    'limit',
    limit,
    `enough for all timers to fire: ${pending} are still armed; ${remedy}`,
  );
}
