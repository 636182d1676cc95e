import { coreErrors, defineEvent, type EventType, invalidArgument, type World } from '@holdfast/core';
import { type Analysis, analyse } from '../analysis/analyse.ts';
import type { ResilienceErrorCode } from '../errors.ts';
import type { CallOptions } from '../pipeline/call-options.ts';
import type { Operation, Outcome, PipelineFailure } from '../pipeline/outcome.ts';
import { Pipeline, pipelines } from '../pipeline/pipeline.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { type Assembly, assemble, type ConfiguredFunction, type Surroundings } from './assembly.ts';
import type { ConfigurationProblem } from './check-shape.ts';
import type { PipelineConfiguration } from './configuration.ts';
import { type ConfigurationChange, carryOver } from './reload.ts';

export interface ConfiguredPipelineOptions {
  /** The functions that the configuration may name. Default: none. */
  readonly functions?: Readonly<Record<string, ConfiguredFunction>>;
  readonly world?: World;
}

/** A pipeline has got a new configuration. */
export interface ConfigurationReloadedEvent {
  readonly pipeline: string;
  /** The names of the policies it has now, the outermost first. */
  readonly policies: readonly string[];
  readonly changes: readonly ConfigurationChange[];
}

export const configurationReloaded: EventType<ConfigurationReloadedEvent> =
  defineEvent<ConfigurationReloadedEvent>('holdfast.configuration.reloaded');

/**
 * A pipeline made from plain data, which other data can replace while it runs. `Substitute` is the type of what its
 * fallbacks answer, which a configuration cannot tell.
 */
export class ConfiguredPipeline<Substitute = never> {
  private readonly surroundings: Surroundings;
  private assembly: Assembly;
  private pipeline: Pipeline<ResilienceErrorCode, Substitute>;

  /** @throws HoldfastError INVALID_ARGUMENT naming each field that cannot work, and its value. */
  constructor(configuration: PipelineConfiguration, options: ConfiguredPipelineOptions = {}) {
    const { functions = {}, world } = options;
    for (const [name, fn] of Object.entries(functions)) {
      if (typeof fn !== 'function') throw invalidArgument(`functions.${name}`, fn, 'a function');
    }
    this.surroundings = { functions, world };
    this.assembly = orThrow(assemble(configuration, this.surroundings));
    this.pipeline = pipelineOf(this.assembly, world);
  }

  get name(): string {
    return this.pipeline.name;
  }

  /** The pipeline that calls take now. A reload makes another one. */
  get current(): Pipeline<ResilienceErrorCode, Substitute> {
    return this.pipeline;
  }

  /** What it was made from, or last reloaded with. */
  get configuration(): PipelineConfiguration {
    return structuredClone(this.assembly.configuration);
  }

  /** The policies, the outermost first. */
  get policies(): readonly AnyPolicy[] {
    return this.pipeline.policies;
  }

  /**
   * Puts `configuration` in the place of the present one. A policy that has the same type and name in both keeps its
   * state; the others are made or dropped. Calls under way end on the policies that they began with. Returns what
   * has changed, and publishes {@link configurationReloaded}.
   *
   * @throws HoldfastError INVALID_ARGUMENT naming each field that cannot work, having changed nothing.
   */
  reload(configuration: PipelineConfiguration): readonly ConfigurationChange[] {
    const { world } = this.surroundings;
    const next = orThrow(assemble(configuration, this.surroundings, this.assembly));
    const { assembly, changes } = carryOver(this.assembly, next, world);
    this.assembly = assembly;
    pipelines.delete(this.pipeline);
    this.pipeline = pipelineOf(assembly, world);
    if (configurationReloaded.active) {
      const policies = this.policies.map(({ name }) => name);
      configurationReloaded.publish({ pipeline: this.name, policies, changes });
    }
    return changes;
  }

  /** See {@link Pipeline.execute}. */
  execute<T>(operation: Operation<T>, options?: CallOptions): Promise<T | Substitute> {
    return this.pipeline.execute(operation, options);
  }

  /** See {@link Pipeline.tryExecute}. */
  tryExecute<T>(
    operation: Operation<T>,
    options?: CallOptions,
  ): Promise<Outcome<T | Substitute, PipelineFailure<ResilienceErrorCode>>> {
    return this.pipeline.tryExecute(operation, options);
  }

  /** See {@link Pipeline.executeSync}. */
  executeSync<T>(operation: () => T, options?: CallOptions): T | Substitute {
    return this.pipeline.executeSync(operation, options);
  }

  /** See {@link Pipeline.tryExecuteSync}. */
  tryExecuteSync<T>(
    operation: () => T,
    options?: CallOptions,
  ): Outcome<T | Substitute, PipelineFailure<ResilienceErrorCode>> {
    return this.pipeline.tryExecuteSync(operation, options);
  }

  /** See {@link Pipeline.wrap}. Each call goes through the pipeline that there is then. */
  wrap<This, Arguments extends unknown[], T>(
    fn: (this: This, ...args: Arguments) => T | PromiseLike<T>,
  ): (this: This, ...args: Arguments) => Promise<T | Substitute> {
    const execute = <R>(operation: Operation<R>): Promise<R | Substitute> => this.execute(operation);
    return function (this: This, ...args) {
      return execute(() => fn.apply(this, args));
    };
  }
}

/** Makes a pipeline from plain data. See {@link ConfiguredPipeline}. */
export function configuredPipeline<Substitute = never>(
  configuration: PipelineConfiguration,
  options?: ConfiguredPipelineOptions,
): ConfiguredPipeline<Substitute> {
  return new ConfiguredPipeline(configuration, options);
}

/** All that is wrong with `configuration`, whatever functions the code will supply. Nothing: it can be used. */
export function configurationProblems(configuration: unknown): readonly ConfigurationProblem[] {
  const result = assemble(configuration, withoutCode);
  return isProblems(result) ? result : [];
}

/** As {@link analyse}, for a pipeline that is still on paper. @throws HoldfastError INVALID_ARGUMENT as its making would. */
export function analyseConfiguration(configuration: unknown): Analysis {
  return analyse({ policies: policiesOf(orThrow(assemble(configuration, withoutCode))) });
}

const withoutCode: Surroundings = { functions: undefined, world: undefined };

function pipelineOf<Substitute>(
  assembly: Assembly,
  world: World | undefined,
): Pipeline<ResilienceErrorCode, Substitute> {
  const { name } = assembly.configuration;
  return new Pipeline<ResilienceErrorCode, Substitute>(policiesOf(assembly), {
    ...(name !== undefined && { name }),
    ...(world !== undefined && { world }),
  });
}

function policiesOf({ parts }: Assembly): AnyPolicy[] {
  return parts.map(({ policy }) => policy);
}

function isProblems(
  result: Assembly | readonly ConfigurationProblem[],
): result is readonly ConfigurationProblem[] {
  return Array.isArray(result);
}

function orThrow(result: Assembly | readonly ConfigurationProblem[]): Assembly {
  if (!isProblems(result)) return result;
  throw coreErrors.create('INVALID_ARGUMENT', {
    message: result.map(({ message }) => message).join('; '),
    context: { problems: result },
  });
}
