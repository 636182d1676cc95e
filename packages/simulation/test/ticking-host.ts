import { Timer } from '@holdfast/core';
import type { HostContext } from '../src/host/host-context.ts';
import type { Scenario } from '../src/scenario/scenario.ts';

export interface Ticks {
  count: number;
}

/** One host that counts to itself, as the ground that small scenarios change one thing of. */
export function tickingHost(
  change: Partial<Scenario<string, Ticks>> = {},
  delayAfter: (ticks: number) => number = () => 10_000,
): Scenario<string, Ticks> {
  return {
    name: 'ticking-host',
    synchronous: true,
    storm: '1s',
    settling: '1s',
    hosts: {
      clock: (context, state) => {
        const ticking = new Ticking(context, state, delayAfter);
        context.timers.arm(ticking, context.clock.now());
      },
    },
    state: () => ({ count: 0 }),
    ...change,
  };
}

class Ticking extends Timer {
  readonly #context: HostContext;
  readonly #ticks: Ticks;
  readonly #delayAfter: (ticks: number) => number;

  constructor(context: HostContext, ticks: Ticks, delayAfter: (ticks: number) => number) {
    super();
    this.#context = context;
    this.#ticks = ticks;
    this.#delayAfter = delayAfter;
  }

  override fire(): void {
    const { clock, timers } = this.#context;
    timers.arm(this, clock.now() + this.#delayAfter(++this.#ticks.count));
  }
}
