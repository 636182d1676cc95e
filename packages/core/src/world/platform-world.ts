import type { Clock } from './clock.ts';
import { queueMacrotask } from './macrotask.ts';
import type { Random } from './random.ts';
import { unpredictableRandom } from './seeded-random.ts';
import type { Timer, Timers } from './timers.ts';
import { TimingWheel } from './timing-wheel.ts';
import type { World } from './world.ts';

// Taken once, so that a test's fake timers, put in and out at any moment, cannot stop this world half-way.
const { setTimeout, clearTimeout } = globalThis;
const performanceNow = performance.now.bind(performance);
const dateNow = Date.now;

/** The longest delay that platform timers take; they fire at once on a longer one. */
const nativeDelayMax = 2 ** 31 - 1;

let world: World | undefined;

/**
 * The real world: one for the process, made when first asked for.
 *
 * All its timers share one timing wheel and at most one native timer; with nothing armed there is none, and the
 * process may exit. The native timer is set once at the end of a turn of the event loop, not for each timer, so
 * arming and disarming within a turn costs nothing native. Test frameworks' fake timers do not reach it: pass a
 * `ManualWorld` instead.
 */
export function platformWorld(): World {
  world ??= new PlatformWorld();
  return world;
}

class PlatformWorld implements World {
  readonly clock: Clock;
  readonly timers: Timers;
  #random: Random | undefined;

  constructor() {
    const loop = new EventLoop();
    this.clock = loop;
    this.timers = loop;
  }

  /** Seeded when first read: some platforms have no randomness while modules load. */
  get random(): Random {
    this.#random ??= unpredictableRandom();
    return this.#random;
  }
}

/** Clock and timers in one, for both live by the turn of the event loop. */
class EventLoop implements Clock, Timers {
  readonly #wheel: TimingWheel = new TimingWheel(readMicros());
  /** The clock as read in this turn; -1 when not read yet. */
  #coarse = -1;
  /** Whether {@link #endTurn} is on its way. */
  #turnMarked = false;
  /** No timer of the wheel is due before. */
  #earliest = Number.POSITIVE_INFINITY;
  #native: ReturnType<typeof setTimeout> | undefined;
  #nativeDue = Number.POSITIVE_INFINITY;

  now(): number {
    return readMicros();
  }

  /**
   * A turn ends when its microtasks do: within a long chain of them this reading gets old. Whatever starts a
   * deadline uses {@link now}.
   */
  coarseNow(): number {
    if (this.#coarse === -1) {
      this.#coarse = readMicros();
      this.#markTurn();
    }
    return this.#coarse;
  }

  wall(): number {
    return dateNow();
  }

  arm(timer: Timer, due: number): void {
    this.#wheel.arm(timer, due);
    if (due < this.#earliest) {
      this.#earliest = due;
      this.#markTurn();
    }
  }

  disarm(timer: Timer): void {
    this.#wheel.disarm(timer);
    if (this.#wheel.size === 0) this.#markTurn();
  }

  #markTurn(): void {
    if (this.#turnMarked) return;
    this.#turnMarked = true;
    queueMacrotask(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turnMarked = false;
    this.#coarse = -1;
    if (this.#wheel.size === 0) this.#earliest = Number.POSITIVE_INFINITY;
    if (this.#wheel.size === 0 || this.#earliest < this.#nativeDue) this.#setNative(this.#earliest);
  };

  /** Replaces the native timer with one for `due`; none for Infinity. */
  #setNative(due: number): void {
    if (this.#native !== undefined) clearTimeout(this.#native);
    this.#native = undefined;
    this.#nativeDue = due;
    if (due === Number.POSITIVE_INFINITY) return;
    const delay = Math.ceil((due - readMicros()) / 1_000);
    this.#native = setTimeout(this.#wake, Math.min(Math.max(delay, 0), nativeDelayMax));
  }

  /** The native timer may be early (a timer since disarmed, a capped delay): then this only sets the next one. */
  readonly #wake = (): void => {
    this.#native = undefined;
    this.#nativeDue = Number.POSITIVE_INFINITY;
    this.#coarse = readMicros();
    this.#markTurn();
    this.#wheel.advance(this.#coarse);
    this.#earliest = this.#wheel.nextDue();
  };
}

function readMicros(): number {
  return Math.floor(performanceNow() * 1_000);
}
