import { invalidArgument } from '../errors/core-errors.ts';
import { throwUncaught } from '../errors/throw-uncaught.ts';
import type { Timer, Timers } from './timers.ts';

const slotBits = 5;
const slotMask = 31;
/** Levels that the low 30 bits of a time span, and those that its remaining 23 bits span. */
const lowLevels = 6;
const levelCount = 11;
const lowMask = 0x3fff_ffff;
const lowRange = 0x4000_0000;
/** Among how many timers of one instant {@link TimingWheel.takeNext} lets its caller choose at most. */
const choiceMax = 64;
/** The list of timers that are due and wait for their turn to fire; it follows the slots of the levels. */
const firing = levelCount << slotBits;

/**
 * A hierarchical timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme
 * 7) with ticks of one microsecond and eleven levels of 32 slots, enough for every exact integer time.
 *
 * A timer sits on the level of the highest digit (base 32) in which its due time differs from the wheel's
 * time, in the slot of that digit. Hence every occupied slot lies ahead of the wheel's time, the lowest
 * occupied slot of the lowest occupied level comes first, and two bit counts find it. When the time reaches a
 * slot of a higher level, its timers move down in the order in which they were armed; a slot of level 0 holds
 * one instant only. So timers fire in order of due time, then of arming, and nothing is ever sorted.
 *
 * Arming and disarming take constant time and allocate nothing; a firing timer has moved down at most ten times.
 */
export class TimingWheel implements Timers {
  /** The first timer of each slot; its `previous` is the last one of the slot. */
  readonly #first: (Timer | undefined)[] = new Array<Timer | undefined>(firing + 1).fill(undefined);
  /** One bit a slot, one word a level. */
  readonly #occupied: Int32Array = new Int32Array(levelCount);
  /** One bit a level. */
  #occupiedLevels = 0;
  /** The wheel's time in two parts: `high * 2^30 + low`. */
  #high = 0;
  #low = 0;
  #size = 0;

  /** @param now - the time to start at, in whole microseconds. */
  constructor(now = 0) {
    this.#moveTo(now);
  }

  /** The wheel's time, in whole microseconds. */
  get now(): number {
    return this.#high * lowRange + this.#low;
  }

  /** How many timers are armed. */
  get size(): number {
    return this.#size;
  }

  /**
   * Arms `timer` for `due`; one that is armed already moves behind the others of its due time. A due time that
   * has passed counts as the present.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `due` is no time.
   */
  arm(timer: Timer, due: number): void {
    if (!(due <= Number.MAX_SAFE_INTEGER)) {
      throw invalidArgument('due', due, 'a time in whole microseconds up to 2^53 - 1');
    }
    if (timer.slot !== -1) this.#unlink(timer);
    else this.#size++;
    timer.due = due;
    this.#place(timer);
  }

  disarm(timer: Timer): void {
    if (timer.slot === -1) return;
    this.#unlink(timer);
    this.#size--;
  }

  /** When the next timer fires: never before the wheel's time, Infinity when none is armed. Reads one slot. */
  nextDue(): number {
    if (this.#first[firing] !== undefined) return this.now;
    if (this.#occupiedLevels === 0) return Number.POSITIVE_INFINITY;
    const slot = this.#nextSlot();
    if (slot <= slotMask) return this.#startOf(slot);
    let due = Number.POSITIVE_INFINITY;
    for (let timer = this.#first[slot]; timer !== undefined; timer = timer.next) {
      if (timer.due < due) due = timer.due;
    }
    return due;
  }

  /**
   * Moves the wheel's time to `now` and fires what is due. What is armed meanwhile waits for the next call,
   * even when it is due at once. A timer that throws stops none of the others; its error becomes uncaught.
   */
  advance(now: number): void {
    this.#collect(now);
    for (let timer = this.#first[firing]; timer !== undefined; timer = this.#first[firing]) {
      this.disarm(timer);
      fireTimer(timer);
    }
  }

  /**
   * Moves the wheel's time to the instant at which the first timer is due and returns that timer, disarmed, for the
   * caller to fire; where none is due by `limit`, moves it to `limit` and returns undefined. `choose` is given the
   * number of timers due at that instant, at most 64, and may take another than the first by returning its index.
   */
  takeNext(limit: number, choose?: (count: number) => number): Timer | undefined {
    if (this.#first[firing] === undefined || choose !== undefined) this.#collectNext(limit);
    let timer = this.#first[firing];
    if (timer === undefined) {
      this.#passTo(limit);
      return undefined;
    }
    if (choose !== undefined && timer.next !== undefined) {
      let count = 1;
      for (
        let other: Timer | undefined = timer.next;
        other !== undefined && count < choiceMax;
        other = other.next
      )
        count++;
      for (let index = choose(count); index > 0; index--) timer = timer!.next;
    }
    this.disarm(timer!);
    return timer;
  }

  /** Moves the timers of the first instant up to `limit` to the firing list, behind what waits there. */
  #collectNext(limit: number): void {
    while (this.#occupiedLevels !== 0) {
      const slot = this.#nextSlot();
      const start = this.#startOf(slot);
      if (start > limit || (this.#first[firing] !== undefined && start > this.now)) return;
      this.#empty(slot, start);
      if (slot <= slotMask) return;
    }
  }

  /** Moves the timers due by `now` to the firing list, in order. */
  #collect(now: number): void {
    while (this.#occupiedLevels !== 0) {
      const slot = this.#nextSlot();
      const start = this.#startOf(slot);
      if (start > now) break;
      this.#empty(slot, start);
    }
    this.#passTo(now);
  }

  /** Moves the time to `start` of `slot`, and its timers down, or to the firing list if they are due. */
  #empty(slot: number, start: number): void {
    let timer = this.#takeAll(slot);
    this.#moveTo(start);
    while (timer !== undefined) {
      const next: Timer | undefined = timer.next;
      timer.next = undefined;
      if (slot <= slotMask) this.#append(timer, firing);
      else this.#place(timer);
      timer = next;
    }
  }

  #passTo(time: number): void {
    if (time > this.now) this.#moveTo(time);
  }

  #moveTo(time: number): void {
    this.#high = Math.floor(time / lowRange);
    this.#low = time & lowMask;
  }

  /** Puts `timer` into the slot that its due time has, seen from the wheel's time. */
  #place(timer: Timer): void {
    const due = timer.due;
    const high = Math.floor(due / lowRange);
    const low = due & lowMask;
    let slot: number;
    if (high > this.#high) {
      const level = highestDigit(high ^ this.#high);
      slot = ((level + lowLevels) << slotBits) | ((high >> (level * slotBits)) & slotMask);
    } else if (high === this.#high && low > this.#low) {
      const level = highestDigit(low ^ this.#low);
      slot = (level << slotBits) | ((low >> (level * slotBits)) & slotMask);
    } else {
      slot = this.#low & slotMask;
    }
    this.#append(timer, slot);
    if (timer.previous === timer) {
      const level = slot >> slotBits;
      this.#occupied[level]! |= 1 << (slot & slotMask);
      this.#occupiedLevels |= 1 << level;
    }
  }

  #append(timer: Timer, slot: number): void {
    timer.slot = slot;
    const first = this.#first[slot];
    if (first === undefined) {
      this.#first[slot] = timer;
      timer.previous = timer;
      return;
    }
    const last = first.previous!;
    last.next = timer;
    timer.previous = last;
    first.previous = timer;
  }

  #unlink(timer: Timer): void {
    const { slot, next } = timer;
    const previous = timer.previous!;
    const first = this.#first[slot]!;
    if (first !== timer) {
      previous.next = next;
      (next ?? first).previous = previous;
    } else if (next !== undefined) {
      this.#first[slot] = next;
      next.previous = previous;
    } else {
      this.#first[slot] = undefined;
      if (slot !== firing) this.#vacate(slot);
    }
    timer.slot = -1;
    timer.previous = undefined;
    timer.next = undefined;
  }

  /** Empties `slot` and returns the first timer of the chain that was in it. */
  #takeAll(slot: number): Timer | undefined {
    const timer = this.#first[slot];
    this.#first[slot] = undefined;
    this.#vacate(slot);
    return timer;
  }

  #vacate(slot: number): void {
    const level = slot >> slotBits;
    const occupied = this.#occupied[level]! & ~(1 << (slot & slotMask));
    this.#occupied[level] = occupied;
    if (occupied === 0) this.#occupiedLevels &= ~(1 << level);
  }

  /** The occupied slot that comes first. */
  #nextSlot(): number {
    const level = lowestBit(this.#occupiedLevels);
    return (level << slotBits) | lowestBit(this.#occupied[level]!);
  }

  /** The first instant of `slot`: the wheel's time with its digit on that level replaced, zeros below. */
  #startOf(slot: number): number {
    const level = slot >> slotBits;
    const digit = slot & slotMask;
    if (level < lowLevels) return this.#high * lowRange + withDigit(this.#low, level, digit);
    return withDigit(this.#high, level - lowLevels, digit) * lowRange;
  }
}

/** Fires `timer`, which is disarmed. What it throws stops nobody: it becomes an uncaught error. */
export function fireTimer(timer: Timer): void {
  try {
    timer.fire();
  } catch (error) {
    throwUncaught(error);
  }
}

function withDigit(value: number, level: number, digit: number): number {
  const shift = level * slotBits;
  return (((value >> shift) & ~slotMask) | digit) << shift;
}

/** The index of the highest digit of `value` that is not zero. */
function highestDigit(value: number): number {
  return ((31 - Math.clz32(value)) / slotBits) | 0;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
