import {
  type Duration,
  invalidArgument,
  Timer,
  type Timers,
  toMicros,
  toPositiveMicros,
} from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { Site } from '../choices/site.ts';

export interface PriorityOptions {
  /** How often a host falls to the lowest priority. */
  readonly changes: number;
  /** The time from the beginning of the run in which that happens. */
  readonly within: Duration;
  /** How much later each host acts than the one above it, at most. Default '1ms'. */
  readonly step?: Duration;
}

/** A host as its priority sees it. */
export interface Prioritized {
  setLag(micros: number): void;
}

/**
 * Schedules of hosts by priority, after Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010): each host gets a random priority, and at a few random moments
 * a random host falls below all others. A host acts late by its rank times a step, so that a bug that needs a few
 * processes to be slow at the right moments is met far more often than by even chances.
 */
export class HostPriorities {
  readonly #step: number;
  readonly #pick: Site;
  /** From the highest priority to the lowest. */
  readonly #hosts: Prioritized[] = [];

  /** Begins now, at time 0. @throws HoldfastError INVALID_ARGUMENT. */
  constructor({ changes, within, step = '1ms' }: PriorityOptions, choices: Choices, timers: Timers) {
    if (!(Number.isInteger(changes) && changes >= 0 && changes <= 1_000)) {
      throw invalidArgument('priorities.changes', changes, 'a whole number from 0 to 1,000');
    }
    const span = toPositiveMicros(within, 'priorities.within');
    this.#step = toMicros(step, 'priorities.step');
    this.#pick = choices.site('priority');
    for (let change = 0; change < changes; change++) {
      timers.arm(new Change(this), Math.floor((this.#pick.below(1_000_000) * span) / 1_000_000));
    }
  }

  /** Puts `host` among the others, anywhere. */
  add(host: Prioritized): void {
    this.#hosts.splice(this.#pick.below(this.#hosts.length + 1), 0, host);
    this.#apply();
  }

  /** Lets a random host fall below all others. */
  change(): void {
    if (this.#hosts.length === 0) return;
    this.#hosts.push(...this.#hosts.splice(this.#pick.below(this.#hosts.length), 1));
    this.#apply();
  }

  #apply(): void {
    for (const [rank, host] of this.#hosts.entries()) host.setLag(rank * this.#step);
  }
}

class Change extends Timer {
  readonly #priorities: HostPriorities;

  constructor(priorities: HostPriorities) {
    super();
    this.#priorities = priorities;
  }

  override fire(): void {
    this.#priorities.change();
  }
}
