import { Deadline } from '@holdfast/core';
import type { Execution } from './execution.ts';

/** One run of the operation: what the engine hands to it. */
export class Attempt {
  /** Counts from 1. */
  readonly number: number;
  private readonly execution: Execution;
  private readonly deadlineAt: number;
  private controller: AbortController | undefined = undefined;
  private abandoned = false;
  private reason: unknown = undefined;

  constructor(execution: Execution, number: number, deadlineAt: number) {
    this.execution = execution;
    this.number = number;
    this.deadlineAt = deadlineAt;
  }

  /**
   * Aborted when nobody waits for this attempt any longer: a timeout, the caller's own signal, a hedge that won.
   * Made when first read, so that an operation that does not look at it does not pay for it.
   */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.abandoned) this.abort(this.controller);
    }
    return this.controller.signal;
  }

  /** When this attempt has to be over: the nearest of its timeouts and the call's deadline; undefined without any. */
  get deadline(): Deadline | undefined {
    if (this.deadlineAt === Number.POSITIVE_INFINITY) return undefined;
    return new Deadline(this.deadlineAt, this.execution.world.clock);
  }

  /** The key that the call came with. */
  get key(): string | undefined {
    return this.execution.options.key;
  }

  /** Nobody waits for it any longer. For the engine. */
  abandon(reason: unknown): void {
    this.abandoned = true;
    this.reason = reason;
    if (this.controller !== undefined) this.abort(this.controller);
  }

  private abort(controller: AbortController): void {
    controller.abort(this.execution.explained(this.reason));
  }
}
