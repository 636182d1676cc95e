import {
  type ComponentRegistry,
  componentRegistry,
  enterOperation,
  operationsObserved,
  platformWorld,
  type World,
} from '@holdfast/core';
import { asyncRequired } from './async-required.ts';
import type { CallOptions } from './call-options.ts';
import { outcomeOf, promiseOf, resultOf } from './delivery.ts';
import { Execution } from './execution.ts';
import type { Operation, Outcome, PipelineFailure } from './outcome.ts';
import type { AnyPolicy, CodesOf, SubstituteOf } from './policy.ts';

export interface PipelineOptions {
  /** Name of the pipeline's operations in telemetry. Default `pipeline`. */
  readonly name?: string;
  /** Where its time comes from. Default: the world of its first policy. */
  readonly world?: World;
}

/** The pipelines of this process. */
export const pipelines: ComponentRegistry<Pipeline<string, unknown>> =
  componentRegistry('holdfast.pipelines');

/**
 * Policies composed into one: the first is the outermost. A call through it costs one promise and one record,
 * however many policies there are. Immutable; the policies hold the state, and may be in several pipelines.
 */
export class Pipeline<Code extends string = never, Substitute = never> {
  readonly name: string;
  readonly policies: readonly AnyPolicy[];
  private readonly world: World;
  /** Whether a policy may end a call before its operation does. */
  private readonly interrupts: boolean;

  constructor(policies: readonly AnyPolicy[], options: PipelineOptions = {}) {
    this.name = options.name ?? 'pipeline';
    this.policies = Object.freeze([...policies]);
    this.world = options.world ?? policies[0]?.world ?? platformWorld();
    this.interrupts = policies.some((policy) => policy.interrupts);
    pipelines.add(this);
  }

  /**
   * Runs `operation` under the policies and returns its value, or the one that a policy answered instead.
   *
   * @throws what the operation threw, or the HoldfastError of the policy that ended the call.
   */
  execute<T>(operation: Operation<T>, options?: CallOptions): Promise<T | Substitute> {
    return promiseOf(this.start(operation, options, !this.interrupts), resultOf) as Promise<T | Substitute>;
  }

  /**
   * As {@link execute}, but the outcome is a value: `error.code` tells the policies' failures apart, and what the
   * operation threw is the cause of an OPERATION_FAILED. Never rejects. The error is made when it is read.
   */
  tryExecute<T>(
    operation: Operation<T>,
    options?: CallOptions,
  ): Promise<Outcome<T | Substitute, PipelineFailure<Code>>> {
    return promiseOf(this.start(operation, options, !this.interrupts), outcomeOf) as Promise<
      Outcome<T | Substitute, PipelineFailure<Code>>
    >;
  }

  /**
   * Runs a synchronous `operation` at once.
   *
   * @throws as {@link execute}; ASYNC_REQUIRED when a policy has to wait or the operation returns a promise.
   */
  executeSync<T>(operation: () => T, options?: CallOptions): T | Substitute {
    return resultOf(this.runSync(operation, options)) as T | Substitute;
  }

  /** As {@link executeSync}, with the outcome as a value. */
  tryExecuteSync<T>(
    operation: () => T,
    options?: CallOptions,
  ): Outcome<T | Substitute, PipelineFailure<Code>> {
    return outcomeOf(this.runSync(operation, options));
  }

  /** `fn` under this pipeline, with the same parameters: for a function that is always called protected. */
  wrap<This, Arguments extends unknown[], T>(
    fn: (this: This, ...args: Arguments) => T | PromiseLike<T>,
  ): (this: This, ...args: Arguments) => Promise<T | Substitute> {
    const execute = <R>(operation: Operation<R>): Promise<R | Substitute> => this.execute(operation);
    return function (this: This, ...args) {
      return execute(() => fn.apply(this, args));
    };
  }

  /** @param alone - whether nothing but the operation may end the call. */
  private start(operation: Operation<unknown>, options: CallOptions | undefined, alone: boolean): Execution {
    const scope = operationsObserved() ? enterOperation(this.name, {}) : undefined;
    const execution = new Execution(this.world, this.policies, operation, options);
    if (scope === undefined) execution.start(alone);
    else execution.startWithin(scope, alone);
    return execution;
  }

  private runSync(operation: () => unknown, options: CallOptions | undefined): Execution {
    const execution = this.start(operation, options, false);
    if (!execution.settled) {
      execution.cancel(asyncRequired(this.name, execution.attempts === 0 ? 'no' : 'maybe'));
    }
    return execution;
  }
}

/** Composes `policies`; the first is the outermost. A good order: fallback, retry, breaker, bulkhead, timeout. */
export function pipeline<const P extends readonly AnyPolicy[]>(
  ...policies: P
): Pipeline<CodesOf<P[number]>, SubstituteOf<P[number]>> {
  return new Pipeline(policies);
}
