/**
 * One pending wake-up. A timer is the caller's own object (extend it and implement `fire`), so that arming
 * one allocates nothing. A timer belongs to at most one {@link Timers} at a time.
 */
export abstract class Timer {
  /** When it is due, in the monotonic microseconds of its clock. Meaningful while armed. */
  declare due: number;
  /** Where the queue that armed it keeps it; -1 while it is not armed. Only that queue writes it. */
  declare slot: number;
  /** Neighbours in that queue. Only that queue writes them. */
  declare previous: Timer | undefined;
  declare next: Timer | undefined;

  // Assigned, not defined: of so many subclasses, that is several times faster.
  constructor() {
    this.due = 0;
    this.slot = -1;
    this.previous = undefined;
    this.next = undefined;
  }

  /** Called once, at or after `due`, with the timer already disarmed: it may arm itself again. */
  abstract fire(): void;

  get armed(): boolean {
    return this.slot !== -1;
  }
}

/** A queue of timers. Both operations take constant time on the platform's own queue. */
export interface Timers {
  /** Arms `timer` for the monotonic time `due` (whole microseconds); an armed timer is moved. */
  arm(timer: Timer, due: number): void;
  /** Disarms `timer`; does nothing when it is not armed. */
  disarm(timer: Timer): void;
}
