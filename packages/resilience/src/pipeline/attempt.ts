import { Deadline } from '@holdfast/core';
import type { Execution } from './execution.ts';

const stillWanted: unknown = Symbol('still wanted');

/** One run of the operation: what the engine hands to it. */
export class Attempt {
  /** Counts from 1. */
  readonly number: number;
  private readonly execution: Execution;
  private controller: AbortController | undefined = undefined;
  /** Why nobody waits for it any longer. */
  private abandonedFor: unknown = stillWanted;

  constructor(execution: Execution, number: number) {
    this.execution = execution;
    this.number = number;
  }

  /**
   * Aborted when nobody waits for this attempt any longer: a timeout, the caller's own signal, a hedge that won.
   * Made when first read, so that an operation that does not look at it does not pay for it.
   */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.abandonedFor !== stillWanted) this.abort(this.controller);
    }
    return this.controller.signal;
  }

  /**
   * When this attempt has to be over: the nearest of its timeouts and the call's deadline; undefined without any.
   * One that nobody waits for has no time left.
   */
  get deadline(): Deadline | undefined {
    const { deadlineAt, world } = this.execution;
    if (this.abandonedFor !== stillWanted) return new Deadline(0, world.clock);
    return deadlineAt === Number.POSITIVE_INFINITY ? undefined : new Deadline(deadlineAt, world.clock);
  }

  /** The key that the call came with. */
  get key(): string | undefined {
    return this.execution.options.key;
  }

  /** Nobody waits for it any longer. For the engine. */
  abandon(reason: unknown): void {
    this.abandonedFor = reason;
    if (this.controller !== undefined) this.abort(this.controller);
  }

  private abort(controller: AbortController): void {
    controller.abort(this.execution.explained(this.abandonedFor));
  }
}
