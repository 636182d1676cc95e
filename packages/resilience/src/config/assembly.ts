import { isHoldfastError, type World } from '@holdfast/core';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { RetryBudget } from '../retry/retry-budget.ts';
import { backoffOf } from './backoff-types.ts';
import { type ConfigurationProblem, checkShape } from './check-shape.ts';
import type { BackoffConfiguration, PipelineConfiguration, PolicyConfiguration } from './configuration.ts';
import { pipelineShape } from './pipeline-shape.ts';
import { policyKinds, policyVariants, type ResolvedOptions } from './policy-types.ts';
import type { Shape } from './shape.ts';

/** A function that a configuration may name: a judge, a substitute, a measure of load. */
// biome-ignore lint/suspicious/noExplicitAny: what it takes depends on the place that it is named in.
export type ConfiguredFunction = (...args: any[]) => unknown;

/** What a configuration leaves to the code. */
export interface Surroundings {
  /** The functions that it may name; undefined lets every name stand for a function that does nothing. */
  readonly functions: Readonly<Record<string, ConfiguredFunction>> | undefined;
  readonly world: World | undefined;
}

/** One policy of a pipeline, with what it was made from. */
export interface Part {
  readonly configuration: PolicyConfiguration;
  readonly options: ResolvedOptions;
  readonly policy: AnyPolicy;
  /** What each key gets, where it is a `keyed`. */
  readonly inner: Part | undefined;
}

/** All that a configuration stands for. */
export interface Assembly {
  readonly configuration: PipelineConfiguration;
  readonly budgets: ReadonlyMap<string, RetryBudget>;
  readonly parts: readonly Part[];
}

/** Makes a policy with the options of `part`. */
export function policyOf(part: Omit<Part, 'policy'>, world: World | undefined): AnyPolicy {
  const { configuration, inner, options } = part;
  return policyKinds[configuration.type].build(options, world, () => policyOf(inner!, world));
}

/**
 * Makes everything that `configuration` describes, or says all that is wrong with it. Retry budgets that `former`
 * has by the same name are taken over, unchanged as yet.
 */
export function assemble(
  configuration: unknown,
  surroundings: Surroundings,
  former?: Assembly,
): Assembly | readonly ConfigurationProblem[] {
  const { functions } = surroundings;
  const problems: ConfigurationProblem[] = [];
  const names = { function: functions && Object.keys(functions), budget: budgetNames(configuration) };
  checkShape(pipelineShape, configuration, '', { names, problems });
  if (problems.length > 0) return problems;
  const own = structuredClone(configuration) as PipelineConfiguration;
  const assembler = new Assembler(surroundings, budgetsOf(own, surroundings, former), problems);
  const parts = own.policies.map((policy, index) => assembler.part(policy, `policies[${index}]`));
  if (problems.length === 0) refuseSameNames(parts as Part[], problems);
  return problems.length > 0
    ? problems
    : { configuration: own, budgets: assembler.budgets, parts: parts as Part[] };
}

class Assembler {
  readonly budgets: ReadonlyMap<string, RetryBudget>;
  private readonly surroundings: Surroundings;
  private readonly problems: ConfigurationProblem[];

  constructor(
    surroundings: Surroundings,
    budgets: ReadonlyMap<string, RetryBudget>,
    problems: ConfigurationProblem[],
  ) {
    this.surroundings = surroundings;
    this.budgets = budgets;
    this.problems = problems;
  }

  /** Undefined where fields do not fit each other, which is a problem then. */
  part(configuration: PolicyConfiguration, path: string): Part | undefined {
    const inner =
      configuration.type === 'keyed' ? this.part(configuration.policy, `${path}.policy`) : undefined;
    if (configuration.type === 'keyed' && inner === undefined) return undefined;
    return this.attempt(path, () => {
      const part = { configuration, options: this.resolve(configuration, path), inner };
      return { ...part, policy: policyOf(part, this.surroundings.world) };
    });
  }

  /** The options that the policy's factory takes; those left out are undefined. */
  private resolve(configuration: PolicyConfiguration, path: string): ResolvedOptions {
    const { type, ...values } = configuration;
    const options: Record<string, unknown> = {};
    for (const [name, shape] of Object.entries(policyVariants[type]!)) {
      const value = (values as Readonly<Record<string, unknown>>)[name];
      if (name === 'backoff' && value !== undefined) {
        options[name] = this.attempt(`${path}.${name}`, () => backoffOf(value as BackoffConfiguration));
      } else if (name !== 'policy') {
        options[name] = value === undefined ? undefined : this.named(shape, value);
      }
    }
    return options;
  }

  private named(shape: Shape, value: unknown): unknown {
    if (shape.is === 'budget') return this.budgets.get(value as string);
    if (shape.is !== 'function') return value;
    const { functions } = this.surroundings;
    return functions === undefined ? () => undefined : functions[value as string];
  }

  /** What `make` returns; where it finds fields that do not fit each other, that becomes a problem. */
  private attempt<T>(path: string, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'INVALID_ARGUMENT') throw error;
      this.problems.push({ path: `${path}.${error.context['field']}`, message: `${path}.${error.message}` });
      return undefined;
    }
  }
}

function budgetsOf(
  { budgets = {} }: PipelineConfiguration,
  { world }: Surroundings,
  former: Assembly | undefined,
): ReadonlyMap<string, RetryBudget> {
  return new Map(
    Object.entries(budgets).map(([name, options]) => [
      name,
      former?.budgets.get(name) ?? new RetryBudget(world === undefined ? options : { ...options, world }),
    ]),
  );
}

function budgetNames(configuration: unknown): string[] {
  const budgets = (configuration as Partial<PipelineConfiguration> | null | undefined)?.budgets;
  return typeof budgets === 'object' && budgets !== null ? Object.keys(budgets) : [];
}

/** A policy is known by its type and name, so that a reload finds it again. */
function refuseSameNames(parts: readonly Part[], problems: ConfigurationProblem[]): void {
  const seen = new Map<string, number>();
  for (const [index, part] of parts.entries()) {
    const identity = identityOf(part);
    const first = seen.get(identity);
    if (first === undefined) seen.set(identity, index);
    else {
      problems.push({
        path: `policies[${index}].name`,
        message: `policies[${index}].name is "${part.policy.name}", but must differ from that of policies[${first}], which is a ${part.configuration.type} too`,
      });
    }
  }
}

export function identityOf({ configuration: { type }, policy: { name } }: Part): string {
  return `${type} ${name}`;
}
