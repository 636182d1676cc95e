import type { Clock } from './clock.ts';
import type { Disk } from './disk.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Switches } from './switches.ts';
import type { Timers } from './timers.ts';

/**
 * Everything a Holdfast component may know of the outside: time, timers and randomness. Components take one
 * as an option and default to `platformWorld()`; tests pass a `ManualWorld`.
 */
export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** There in simulations only. */
  readonly switches?: Switches;
}

/** The world of a process on a host: with a network and a disk as well. */
export interface HostWorld extends World {
  readonly network: Network;
  readonly disk: Disk;
}
