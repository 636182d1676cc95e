import { assert } from '@holdfast/core';
import type { HostProcess } from '../host/host-process.ts';
import { Turn } from '../host/turn.ts';
import { EventDigest } from './event-digest.ts';
import { EventQueue } from './event-queue.ts';
import type { EventObserver, SimulatedWorldOptions } from './simulated-world-options.ts';
import { TrueClock } from './true-clock.ts';

/** Hears of what an event threw, and whose event it was. */
export type ThrownListener = (process: HostProcess | undefined, error: unknown) => void;

/** Fires the events of a world one after the other, and moves its time from each to the next. */
export class EventLoop {
  readonly clock: TrueClock;
  readonly queue: EventQueue;
  readonly turn: Turn = new Turn();
  readonly digest: EventDigest = new EventDigest();
  /** Events so far. */
  events = 0;
  readonly #pendingMax: number;
  /** Events since time last went on. */
  #atInstant = 0;
  readonly #observer: EventObserver | undefined;
  readonly #thrown: ThrownListener;

  constructor(
    wall: number,
    { observer, pendingMax = 1_000_000 }: SimulatedWorldOptions,
    chooseTie: ((count: number) => number) | undefined,
    thrown: ThrownListener,
  ) {
    this.clock = new TrueClock(wall);
    this.queue = new EventQueue(pendingMax, chooseTie);
    this.#pendingMax = pendingMax;
    this.#observer = observer;
    this.#thrown = thrown;
  }

  /**
   * Fires the next event due by `limit`. Its turn lasts until `turn.pass`. `false` when there is none.
   *
   * @throws HoldfastError ASSERTION_FAILED when time does not go on.
   */
  fireNext(limit: number): boolean {
    const event = this.queue.takeNext(limit);
    if (event === undefined) return false;
    const time = this.queue.now;
    const { turn } = this;
    if (time === this.clock.micros) this.#atInstant++;
    else this.#atInstant = 0;
    assert(this.#atInstant < this.#pendingMax, 'the simulation stands still: too many events at one instant');
    this.clock.micros = time;
    try {
      event.fire();
    } catch (error) {
      this.#thrown(turn.process, error);
    }
    this.events++;
    this.digest.add(time, turn.process === undefined ? 0 : turn.process.number, event);
    this.#observer?.(time, turn.process?.host, event.constructor.name);
    return true;
  }
}
