import { coordinationErrors } from '@holdfast/coordination';
import {
  type AbortSubscriber,
  currentDeadline,
  type HoldfastError,
  offAbort,
  onAbort,
  Timer,
  toAbortError,
  type World,
} from '@holdfast/core';
import { clusterErrors } from '../errors.ts';

/**
 * One call of a client, with all its attempts: ends with its signal, the deadline of its caller, the client's own limit,
 * or the client. Each attempt has a signal of its own.
 */
export class CallScope extends Timer implements AbortSubscriber {
  abortSlot = -1;
  /** Why it has ended early. */
  ended: HoldfastError | undefined;
  readonly operation: string;
  readonly #world: World;
  readonly #signal: AbortSignal | undefined;
  /** Monotonic microseconds. */
  readonly #deadline: number;
  #attempt: AbortController = new AbortController();

  /** @param timeout - microseconds at most, whatever the caller's deadline. */
  constructor(world: World, operation: string, timeout: number, signal: AbortSignal | undefined) {
    super();
    this.#world = world;
    this.operation = operation;
    this.#signal = signal;
    const left = Math.min(timeout, currentDeadline()?.remaining() ?? timeout);
    this.#deadline = world.clock.now() + left;
    if (left <= 0) this.end(outOfTime(operation));
    else if (signal !== undefined) onAbort(signal, this);
  }

  get timeLeft(): number {
    return Math.max(0, this.#deadline - this.#world.clock.now());
  }

  /** Begins an attempt that may take `limit` microseconds; its signal has aborted where the call has ended. */
  attempt(limit: number): AbortSignal {
    this.#attempt = new AbortController();
    if (this.ended !== undefined) this.#attempt.abort(this.ended);
    else this.#world.timers.arm(this, Math.min(this.#deadline, this.#world.clock.now() + limit));
    return this.#attempt.signal;
  }

  override fire(): void {
    if (this.#world.clock.now() >= this.#deadline) this.end(outOfTime(this.operation));
    else this.#attempt.abort(tooSlow(this.operation));
  }

  onAbort(reason: unknown): void {
    this.end(toAbortError(reason, this.operation));
  }

  /** Ends it early. */
  end(error: HoldfastError): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    this.dispose();
    this.#attempt.abort(error);
  }

  /** It is over: lets go of everything. */
  dispose(): void {
    this.#world.timers.disarm(this);
    if (this.#signal !== undefined) offAbort(this.#signal, this);
  }
}

function outOfTime(operation: string): HoldfastError {
  return coordinationErrors.create('REQUEST_TIMED_OUT', {
    message: `${operation} had no answer in time`,
    origin: { operation },
    executed: 'no',
  });
}

function tooSlow(operation: string): HoldfastError {
  return clusterErrors.create('ENDPOINT_UNAVAILABLE', {
    message: `${operation} had no answer from this endpoint in time`,
    origin: { operation },
  });
}
