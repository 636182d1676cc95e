import type { Execution, SettledListener } from './execution.ts';
import { LazyFailure } from './lazy-failure.ts';
import type { Outcome } from './outcome.ts';

/** Turns how a call ended into what the promise of it settles with: a value, or a throw. */
export type Delivery = (execution: Execution) => unknown;

/** The value, or a throw of the error. */
export function resultOf(execution: Execution): unknown {
  if (execution.ok) return execution.value;
  throw execution.failure();
}

/** The outcome as a value. */
export function outcomeOf<T, E>(execution: Execution): Outcome<T, E> {
  if (!execution.ok) return new LazyFailure<E>(execution);
  const value = execution.value as T;
  const { degradedBy } = execution;
  return degradedBy === undefined ? { ok: true, value } : { ok: true, value, degradedBy };
}

/**
 * The promise of a started call. Where the call hangs on the promise of its operation alone, it is the one
 * derived from that; otherwise one of its own, which others than the operation can settle.
 */
export function promiseOf(execution: Execution, deliver: Delivery): Promise<unknown> {
  const { pending } = execution;
  if (pending === undefined) return settlementOf(execution, deliver);
  return pending.then(
    (value) => {
      execution.pendingEnded(true, value);
      return execution.settled ? deliver(execution) : settlementOf(execution, deliver);
    },
    (error) => {
      execution.pendingEnded(false, error);
      return execution.settled ? deliver(execution) : settlementOf(execution, deliver);
    },
  );
}

async function settled(execution: Execution, deliver: Delivery): Promise<unknown> {
  return deliver(execution);
}

function settlementOf(execution: Execution, deliver: Delivery): Promise<unknown> {
  if (execution.settled) return settled(execution, deliver);
  const promise = new Promise(catchFunctions);
  execution.whenSettled(new Settlement(deliver, caughtResolve, caughtReject));
  return promise;
}

// The functions of the promise made last: an executor of its own for each call would be one more closure.
let caughtResolve: (value: unknown) => void;
let caughtReject: (error: unknown) => void;

function catchFunctions(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  caughtResolve = resolve;
  caughtReject = reject;
}

/** Settles the promise of a call when the call is settled. */
class Settlement implements SettledListener {
  private readonly deliver: Delivery;
  private readonly resolve: (value: unknown) => void;
  private readonly reject: (error: unknown) => void;

  constructor(deliver: Delivery, resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.deliver = deliver;
    this.resolve = resolve;
    this.reject = reject;
  }

  settled(execution: Execution): void {
    try {
      this.resolve(this.deliver(execution));
    } catch (error) {
      this.reject(error);
    }
  }
}
