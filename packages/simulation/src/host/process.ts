import type { Timer } from '@holdfast/core';

/** One incarnation of a host's program, as network and disk see it: from a start to the crash that ends it. */
export interface Process {
  readonly host: string;
  /** Counts the starts of the host, from 1. */
  readonly incarnation: number;
  /** False for ever once it has crashed. */
  readonly alive: boolean;
  /**
   * Whether it may act now. Called first thing in `event.fire()` with the event that is firing. A paused process
   * keeps the event and arms it again, in order, when it goes on; a dead one drops it.
   */
  admits(event: Timer): boolean;
}
