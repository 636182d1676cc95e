import type { AsyncResource } from 'node:async_hooks';
import { Timer } from '@holdfast/core';
import { type EventQueue, HeldEvents } from '../simulation/event-queue.ts';
import type { HostContext } from './host-context.ts';
import type { Process } from './process.ts';
import { scopeOf, type Turn } from './turn.ts';

/** What a process needs of its world. */
export interface ProcessWorld {
  readonly queue: EventQueue;
  readonly turn: Turn;
}

/**
 * One incarnation of a host's program. While it is paused it holds its events back. While it lags, it acts in slices, as
 * on a busy machine: its first event begins the wait for a slice, in which it then does all that has come by that
 * instant. Held events keep their order, later ones line up behind them, and each is an event of the world.
 */
export class HostProcess implements Process {
  readonly host: string;
  readonly incarnation: number;
  /** Stands for the host in digests: from 1, in the order of adding. */
  readonly number: number;
  /** What its program was given. */
  context: HostContext | undefined = undefined;
  readonly #queue: EventQueue;
  readonly #turn: Turn;
  readonly #held: HeldEvents = new HeldEvents();
  readonly #release: Release = new Release(this);
  #scope: AsyncResource | undefined;
  #alive = true;
  #paused = false;
  #lag = 0;
  /** Whether events pass at once. */
  #open = true;
  /** When its last slice was. */
  #slice = -1;
  /** The held event whose time has come. */
  #released: Timer | undefined;

  constructor(host: string, incarnation: number, number: number, { queue, turn }: ProcessWorld) {
    this.host = host;
    this.incarnation = incarnation;
    this.number = number;
    this.#queue = queue;
    this.#turn = turn;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  admits(event: Timer): boolean {
    const admitted = this.lets(event);
    if (admitted) this.#turn.take(this);
    return admitted;
  }

  /** As {@link admits}, but its turn does not begin: {@link fire} comes next. */
  lets(event: Timer): boolean {
    if (this.#open || (this.#alive && this.#isInSlice(event))) return true;
    if (this.#alive) this.#hold(event);
    return false;
  }

  /** Fires a timer of its own. */
  fire(timer: Timer): void {
    this.#turn.fire(timer, this);
  }

  /** Code that runs in it is this process's. */
  get scope(): AsyncResource {
    this.#scope ??= scopeOf(this);
    return this.#scope;
  }

  pause(): void {
    this.#paused = true;
    this.#open = false;
    this.#queue.disarm(this.#release);
  }

  resume(): void {
    if (!this.#alive) return;
    this.#paused = false;
    this.#goOn();
  }

  /** From now on a slice comes so many microseconds after the first event that waits for it; 0 for no slices. */
  setLag(lag: number): void {
    if (!this.#alive) return;
    this.#lag = lag;
    if (!this.#paused) this.#goOn();
  }

  /** Nothing held back happens any more, and nothing else does. */
  end(): void {
    this.#alive = false;
    this.#open = false;
    this.#released = undefined;
    this.#held.clear();
    this.#queue.disarm(this.#release);
  }

  /** Lets the first held event happen. */
  releaseOne(): void {
    const event = this.#held.shift();
    this.#released = event;
    this.#slice = this.#queue.now;
    try {
      event?.fire();
    } finally {
      this.#released = undefined;
      if (this.#alive && !this.#paused) this.#goOn();
    }
  }

  #isInSlice(event: Timer): boolean {
    if (event === this.#released) return true;
    return !this.#paused && this.#slice === this.#queue.now && this.#held.first === undefined;
  }

  #hold(event: Timer): void {
    this.#held.add(event, this.#queue.now + this.#lag);
    if (!this.#paused && !this.#release.armed) this.#goOn();
  }

  #goOn(): void {
    const { first } = this.#held;
    this.#open = first === undefined && this.#lag === 0;
    if (first === undefined) return;
    this.#queue.arm(this.#release, this.#slice === this.#queue.now ? this.#slice : first.due);
  }
}

class Release extends Timer {
  readonly #process: HostProcess;

  constructor(process: HostProcess) {
    super();
    this.#process = process;
  }

  override fire(): void {
    this.#process.releaseOne();
  }
}
