import { assert, Timer, type Timers, TimingWheel } from '@holdfast/core';

/** What `Timer.slot` is while a paused process holds its event back. */
const heldSlot = -2;

/**
 * The events of a simulated world, by true time. An event that a process holds back counts as armed, and whoever armed
 * it may move or disarm it as ever.
 */
export class EventQueue implements Timers {
  readonly #wheel: TimingWheel = new TimingWheel();
  readonly #choose: ((count: number) => number) | undefined;
  readonly #pendingMax: number;

  /**
   * @param pendingMax - how many events may be pending. One more is refused: a world that grows so does not end.
   * @param choose - decides which of so many events at one instant comes first. Default: the one that was armed first.
   */
  constructor(pendingMax: number, choose?: (count: number) => number) {
    this.#pendingMax = pendingMax;
    this.#choose = choose;
  }

  /** How many events are pending, besides those held back. */
  get size(): number {
    return this.#wheel.size;
  }

  /** The time of the event taken last, or the limit up to which there was none. */
  get now(): number {
    return this.#wheel.now;
  }

  /** @throws HoldfastError ASSERTION_FAILED when too many are pending, INVALID_ARGUMENT when `due` is no time. */
  arm(timer: Timer, due: number): void {
    assert(this.#wheel.size < this.#pendingMax, 'the simulation runs away: too many events are pending');
    if (timer.slot === heldSlot) release(timer);
    this.#wheel.arm(timer, due);
  }

  disarm(timer: Timer): void {
    if (timer.slot === heldSlot) release(timer);
    else this.#wheel.disarm(timer);
  }

  /** The next event due by `limit`, disarmed. */
  takeNext(limit: number): Timer | undefined {
    return this.#wheel.takeNext(limit, this.#choose);
  }
}

/** Events held back, in order: a ring of their own links, closed by a sentinel, so that each can leave in no time. */
export class HeldEvents {
  readonly #sentinel: Timer = new Sentinel();

  constructor() {
    this.#close();
  }

  get first(): Timer | undefined {
    const first = this.#sentinel.next!;
    return first === this.#sentinel ? undefined : first;
  }

  /** Puts `event`, which is not armed, behind the others. It is due at `due`. */
  add(event: Timer, due: number): void {
    assert(event.slot === -1, 'an event that is held back fires now: it is not armed');
    const last = this.#sentinel.previous!;
    event.due = due;
    event.slot = heldSlot;
    event.previous = last;
    event.next = this.#sentinel;
    last.next = event;
    this.#sentinel.previous = event;
  }

  /** Takes the first one out. */
  shift(): Timer | undefined {
    const { first } = this;
    if (first !== undefined) release(first);
    return first;
  }

  /** Takes all out. */
  clear(): void {
    while (this.shift() !== undefined);
  }

  #close(): void {
    this.#sentinel.previous = this.#sentinel;
    this.#sentinel.next = this.#sentinel;
  }
}

/** Whether a process holds `event` back. */
export function isHeld(event: Timer): boolean {
  return event.slot === heldSlot;
}

class Sentinel extends Timer {
  override fire(): void {}
}

function release(event: Timer): void {
  event.previous!.next = event.next;
  event.next!.previous = event.previous;
  event.previous = undefined;
  event.next = undefined;
  event.slot = -1;
}
