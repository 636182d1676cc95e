import type { Unsubscribe } from './events.ts';

/**
 * An operation is a piece of work with a beginning and an end: a call through a pipeline, a saga step, an
 * append. Whoever observes operations (telemetry turns them into spans) gets a scope for each: entered when
 * it starts, bound to the async context while it runs, exited when it ends. With no observer, entering
 * returns `undefined` and costs one field read.
 */
export interface OperationScope {
  /** Runs `fn` with this scope as the current one of the async context, so that inner operations nest. */
  bind<T>(fn: () => T): T;
  /** A fact inside the operation. */
  event(name: string, attributes?: OperationAttributes): void;
  /** The end. `error` is what it failed with, `undefined` when it succeeded. Called exactly once. */
  exit(error: unknown): void;
}

export type OperationAttributes = Readonly<Record<string, string | number | boolean>>;

export interface OperationObserver {
  /** An operation begins. Return `undefined` to leave this one unobserved. */
  enter(name: string, attributes: OperationAttributes): OperationScope | undefined;
}

interface Holder {
  /** The newest of {@link observations}: a field of its own, so that asking is one read. */
  observer: OperationObserver | undefined;
  observations: readonly Observation[];
}

interface Observation {
  readonly observer: OperationObserver;
}

const holderKey = Symbol.for('@holdfast/core/operations/1');
const scope = globalThis as { [holderKey]?: Holder };
scope[holderKey] ??= { observer: undefined, observations: [] };
const holder: Holder = scope[holderKey];

/**
 * Makes `observer` the process's observer of operations. There is one at a time: the newest that has not been
 * stopped. The returned function stops it; calling it again does nothing.
 */
export function observeOperations(observer: OperationObserver): Unsubscribe {
  const observation: Observation = { observer };
  setObservations([...holder.observations, observation]);
  return () => setObservations(holder.observations.filter((other) => other !== observation));
}

/** Whether anybody observes operations: ask before building attributes on a hot path. */
export function operationsObserved(): boolean {
  return holder.observer !== undefined;
}

/** Begins an operation. `undefined` when nobody observes it. */
export function enterOperation(name: string, attributes: OperationAttributes): OperationScope | undefined {
  return holder.observer?.enter(name, attributes);
}

function setObservations(observations: readonly Observation[]): void {
  holder.observations = observations;
  holder.observer = observations.at(-1)?.observer;
}
