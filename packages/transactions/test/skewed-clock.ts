import type { World } from '@holdfast/core';

/** `world`, as one sees it whose wall clock is `milliseconds` ahead. */
export function skewedClock({ clock, timers, random }: World, milliseconds: number): World {
  return {
    clock: {
      now: () => clock.now(),
      coarseNow: () => clock.coarseNow(),
      wall: () => clock.wall() + milliseconds,
    },
    timers,
    random,
  };
}
