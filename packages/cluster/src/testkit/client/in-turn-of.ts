import { Timer } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';

/**
 * Does something as the process of `context`, in a turn of its own: what no process does has no place in simulated time,
 * and what it begins goes on some hundred events later. Nothing comes of it where the process ends first.
 */
export function inTurnOf<Result>(
  { clock, timers }: HostContext,
  work: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    timers.arm(new TurnOf(() => work().then(resolve, reject)), clock.now());
  });
}

class TurnOf extends Timer {
  readonly #work: () => void;

  constructor(work: () => void) {
    super();
    this.#work = work;
  }

  override fire(): void {
    this.#work();
  }
}
