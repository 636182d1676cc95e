import { Timer, type World } from '@holdfast/core';
import type { ContextSubject } from '../action-context.ts';
import type { Action } from '../definition.ts';

/** Something under way at a place of a saga: an attempt, a wait for locks, for a signal, or for a time. */
export interface Activity {
  /** The saga is to be compensated: ends soon, and tells its driver when it has. */
  stop(reason: Error): void;
  /** Its worker is gone, or it is not needed any more: ends at once, and tells nobody. */
  leave(reason: Error): void;
}

/** What activities know of their driver. */
export interface ActivityHost extends ContextSubject {
  readonly name: string;
  readonly world: World;
  /** Monotonic microseconds of what is due so many microseconds after a wall-clock time. */
  dueAt(at: number, micros: number): number;
  /** An attempt has ended. */
  settled(attempt: EndedAttempt, ok: boolean, value: unknown): void;
  /** Runs an attached step: what it returns ends the attempt. */
  attach(attempt: EndedAttempt, call: (transaction: unknown) => unknown): Promise<unknown>;
  claim(key: string, signal: AbortSignal): Promise<void>;
  /** All locks are held. */
  claimed(place: number): void;
  claimFailed(place: number, error: Error): void;
  /** The engine takes no such key, now or later. */
  claimRefused(place: number, error: Error): void;
  /** The time of a pause has come. */
  rang(place: number): void;
  /** What was to be stopped has ended. */
  over(place: number): void;
}

export interface EndedAttempt {
  readonly place: number;
  readonly undo: boolean;
  readonly action: Action;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Microseconds. */
  readonly duration: number;
  /** Whether another one after so many microseconds would begin in time. */
  inTime(delay: number): boolean;
}

/** Rings once, at a time of the monotonic clock. */
export class Alarm extends Timer {
  readonly #world: World;
  readonly #ring: () => void;

  constructor(world: World, ring: () => void) {
    super();
    this.#world = world;
    this.#ring = ring;
  }

  /** @param due - monotonic microseconds. */
  set(due: number): void {
    this.#world.timers.arm(this, due);
  }

  stop(): void {
    this.#world.timers.disarm(this);
  }

  override fire(): void {
    this.#ring();
  }
}
