import { type AbortSubscriber, offAbort, onAbort, toAbortError } from '@holdfast/core';
import { Alarm } from './alarm.ts';
import { handshakeFailed } from './hello.ts';
import type { NetworkWorld } from './network-world.ts';

/** A signal that aborts when time is up, or another does. Let go of it when done. */
export class HandshakeTime implements AbortSubscriber {
  abortSlot = -1;
  readonly #controller: AbortController = new AbortController();
  readonly #world: NetworkWorld;
  readonly #outer: AbortSignal | undefined;
  readonly #alarm: Alarm;
  #late = false;

  /** @param timeout - in microseconds. */
  constructor(world: NetworkWorld, timeout: number, outer?: AbortSignal | undefined) {
    this.#world = world;
    this.#outer = outer;
    this.#alarm = new Alarm(() => {
      this.#late = true;
      this.abort(handshakeFailed(`it took longer than ${timeout / 1_000} ms`));
    });
    world.timers.arm(this.#alarm, world.clock.now() + timeout);
    if (outer !== undefined) onAbort(outer, this);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  onAbort(reason: unknown): void {
    this.abort(toAbortError(reason, 'handshake'));
  }

  /** What to say of `error`: that it was too late, if that was why. */
  explain(error: unknown): unknown {
    return this.#late ? this.signal.reason : error;
  }

  letGo(): void {
    this.#world.timers.disarm(this.#alarm);
    if (this.#outer !== undefined) offAbort(this.#outer, this);
  }
}
