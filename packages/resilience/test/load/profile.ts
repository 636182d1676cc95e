import type { Duration } from '@holdfast/core';

/** How long something takes. Each kind can be drawn without logarithms: a seed gives the same run everywhere. */
export type Latency =
  | { readonly kind: 'constant'; readonly value: Duration }
  | { readonly kind: 'exponential'; readonly mean: Duration }
  /** Near `fast` or, for `slowShare` of the calls, near `slow`; 10 % either way. */
  | { readonly kind: 'bimodal'; readonly fast: Duration; readonly slow: Duration; readonly slowShare: number }
  /** Pareto with exponent 2, cut off at `max`: its mean is just under twice `min`. */
  | { readonly kind: 'heavy-tail'; readonly min: Duration; readonly max: Duration };

/** What the world is like from some moment on. */
export interface Conditions {
  /** First tries per second, as a Poisson process that does not care how the service does. */
  readonly offered: number;
  /** How many calls the service works on at once; the others queue, first come, first served. */
  readonly servers: number;
  readonly service: Latency;
  /** On top of that, without occupying a server: the network, a dependency with room to spare. */
  readonly delay: Latency;
  /** Share of the calls that fail at once when they reach the service, whatever its load. */
  readonly failures: number;
  /** Share of the calls that are never answered. */
  readonly hung: number;
}

/** A change of some conditions at a moment of the run. */
export interface Change extends Partial<Conditions> {
  readonly at: Duration;
}

/** A load, as data. */
export interface LoadProfile {
  readonly name: string;
  /** What it is and what is hard about it. */
  readonly about: string;
  readonly seed: number;
  readonly duration: Duration;
  /** When a client gives up; the service works on regardless. */
  readonly timeout: Duration;
  /** How often a client tries again, 50 ms after a refusal, failure or time-out. */
  readonly retries: number;
  readonly start: Conditions;
  readonly changes: readonly Change[];
}

/** A stream of calls of which some fail, for breakers. */
export interface FaultProfile {
  readonly name: string;
  readonly about: string;
  readonly seed: number;
  readonly duration: Duration;
  /** Calls per second, one at a time, answered in 5 ms. */
  readonly offered: number;
  /** From each moment on: the share of failures at its beginning and at its end, and whether this is a fault. */
  readonly spans: readonly {
    readonly at: Duration;
    readonly failures: number;
    readonly failuresAtEnd?: number;
    readonly fault: boolean;
  }[];
}
