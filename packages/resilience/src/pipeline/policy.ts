import type { World } from '@holdfast/core';
import type { CallOptions } from './call-options.ts';
import type { Execution } from './execution.ts';
import type { Operation, Outcome, PipelineFailure } from './outcome.ts';
import { Pipeline } from './pipeline.ts';
import { type PolicyCondition, unremarkable } from './policy-condition.ts';
import type { PolicyDescription } from './policy-description.ts';

/**
 * What a policy says when a call reaches it on the way in:
 * `proceed` to the next inner layer; `answered`, the outcome is set, go back out without entering this layer
 * or any inner one; `waiting`, the policy calls {@link Execution.proceed} or {@link Execution.answer} later.
 */
export type EnterVerdict = 'proceed' | 'answered' | 'waiting';

/**
 * What a policy says when an outcome reaches it on the way out: `pass` it on (perhaps changed); `again`, enter
 * the inner layers once more; `waiting`, the policy calls {@link Execution.proceed} or {@link Execution.answer} later.
 */
export type ExitVerdict = 'pass' | 'again' | 'waiting';

/**
 * One layer of a {@link Pipeline}, holding its own state, shared by every pipeline that it is put into. To write
 * your own, extend it: the engine calls `enter` on the way in, and for every `enter` that proceeded exactly one
 * `exit` on the way out, or for a layer that is waiting, `exit` is replaced by `leave`.
 *
 * `Code` are the error codes that it can fail a call with, `Substitute` the type of values it may answer instead
 * of the operation.
 */
export abstract class Policy<Code extends string = never, Substitute = never> {
  /** For the types alone; never there. */
  declare readonly produces?: { readonly code: Code; readonly substitute: Substitute };

  /** What sort of policy it is, such as `retry`. */
  abstract readonly kind: string;
  /** Its name in errors, events and explanations. Defaults to its kind. */
  readonly name: string;
  readonly world: World;
  /** Whether it may end a call while the operation runs, as a timeout does. Default false. */
  readonly interrupts: boolean = false;
  #alone: Pipeline<Code, Substitute> | undefined;

  constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
  }

  /** A call arrives. What it throws becomes the call's failure, as if it had refused with that. */
  abstract enter(execution: Execution, index: number): EnterVerdict;

  /**
   * The call leaves with the outcome in `execution`. What it throws replaces that outcome. When `execution.interrupted`, an outer
   * layer or the caller has already given up: record, release, and pass.
   */
  abstract exit(execution: Execution, index: number): ExitVerdict;

  /**
   * The call stops waiting here, with the outcome in `execution`: drop its timer or its place in the queue. Only
   * policies that wait need it.
   */
  leave(_execution: Execution, _index: number): void {}

  /** Whether it holds nothing worth keeping: no call inside, no state that differs from a new one's. */
  abstract get idle(): boolean;

  /** Its settings as the static analysis sees them. */
  abstract describe(): PolicyDescription;

  /** How it is now. */
  condition(): PolicyCondition {
    return unremarkable;
  }

  /** Runs `operation` under this policy alone. See {@link Pipeline.execute}. */
  execute<T>(operation: Operation<T>, options?: CallOptions): Promise<T | Substitute> {
    return this.#pipeline().execute(operation, options);
  }

  /** Runs `operation` under this policy alone. See {@link Pipeline.tryExecute}. */
  tryExecute<T>(
    operation: Operation<T>,
    options?: CallOptions,
  ): Promise<Outcome<T | Substitute, PipelineFailure<Code>>> {
    return this.#pipeline().tryExecute(operation, options);
  }

  /** Runs a synchronous `operation` under this policy alone. See {@link Pipeline.executeSync}. */
  executeSync<T>(operation: () => T, options?: CallOptions): T | Substitute {
    return this.#pipeline().executeSync(operation, options);
  }

  /** Runs a synchronous `operation` under this policy alone. See {@link Pipeline.tryExecuteSync}. */
  tryExecuteSync<T>(
    operation: () => T,
    options?: CallOptions,
  ): Outcome<T | Substitute, PipelineFailure<Code>> {
    return this.#pipeline().tryExecuteSync(operation, options);
  }

  #pipeline(): Pipeline<Code, Substitute> {
    this.#alone ??= new Pipeline<Code, Substitute>([this], { name: this.name, world: this.world });
    return this.#alone;
  }
}

/** Any policy, whatever it can produce. */
export type AnyPolicy = Policy<string, unknown>;
/** The error codes that `P` can fail a call with. */
export type CodesOf<P> = P extends Policy<infer Code, infer _> ? Code : never;
/** The type of values that `P` may answer instead of the operation. */
export type SubstituteOf<P> = P extends Policy<infer _, infer Substitute> ? Substitute : never;
