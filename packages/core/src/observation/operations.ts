import type { Unsubscribe } from './events.ts';

/**
 * An operation is a piece of work with a beginning and an end: a call through a pipeline, a saga step, an
 * append. Whoever observes operations (telemetry turns them into spans) gets a scope for each: entered when
 * it starts, bound to the async context while it runs, exited when it ends. With no observer, entering
 * returns `undefined` and costs one field read.
 */
export interface OperationScope {
  /**
   * By what another process goes on with it: a `traceparent` of W3C Trace Context. Undefined where nobody would want to
   * know, because its trace is not recorded.
   */
  readonly traceparent?: string | undefined;
  /** Runs `fn` with this scope as the current one of the async context, so that inner operations nest. */
  bind<T>(fn: () => T): T;
  /** What is known only now, such as who was asked. */
  set(attributes: OperationAttributes): void;
  /** A fact inside the operation. */
  event(name: string, attributes?: OperationAttributes): void;
  /** The end. `error` is what it failed with, `undefined` when it succeeded. Called exactly once. */
  exit(error: unknown): void;
}

export type OperationAttributes = Readonly<Record<string, string | number | boolean>>;

/** Where an operation belongs, where that is not just the one that is current. */
export interface OperationOrigin {
  /** The `traceparent` of the operation in another process whose request it serves. */
  readonly traceparent?: string | undefined;
  /** Whether it is of interest only as a part of another one. Default false: it may be the first of its trace. */
  readonly partOnly?: boolean | undefined;
}

export interface OperationObserver {
  /** An operation begins. Return `undefined` to leave this one unobserved. */
  enter(name: string, attributes: OperationAttributes, origin?: OperationOrigin): OperationScope | undefined;
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
export function enterOperation(
  name: string,
  attributes: OperationAttributes,
  origin?: OperationOrigin,
): OperationScope | undefined {
  return holder.observer?.enter(name, attributes, origin);
}

function setObservations(observations: readonly Observation[]): void {
  holder.observations = observations;
  holder.observer = observations.at(-1)?.observer;
}
