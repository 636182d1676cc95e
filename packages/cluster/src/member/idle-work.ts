import type { World } from '@holdfast/core';
import type { StateMachine } from '../state/state-machine.ts';
import { atEndOfTurn } from './end-of-turn.ts';

/** Microseconds of it at a time. */
const slice = 2_000;

/** Does the work of the state that can wait, a little at the end of each turn, so that there is room for everything else. */
export class IdleWork {
  readonly #state: StateMachine;
  readonly #world: World;
  #scheduled = false;
  #stopped = false;

  constructor(state: StateMachine, world: World) {
    this.#state = state;
    this.#world = world;
    state.onWork = () => this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#state.onWork = undefined;
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    atEndOfTurn(() => {
      this.#scheduled = false;
      if (this.#stopped) return;
      if (this.#state.idle(slice, () => this.#world.clock.now())) this.#schedule();
    });
  }
}
