import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import type { Timers } from './timers.ts';

/**
 * Everything a Holdfast component may know of the outside: time, timers and randomness. Components take one
 * as an option and default to `platformWorld()`; tests pass a `ManualWorld`.
 */
export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}
