import { coreErrors, invalidArgument, seededRandom, toMicros, toPositiveMicros } from '@holdfast/core';
import type { Choice } from '../choices/choices.ts';
import type { Witness } from '../determinism/run-record.ts';
import { checkOperations } from '../document/run-fields.ts';
import type { FaultPlan } from '../plan/fault-plan.ts';
import { parseFaultPlan } from '../plan/parse-fault-plan.ts';
import { drawPlan } from '../search/draw-plan.ts';
import { checkScenario } from './check-scenario.ts';
import type { RunOptions } from './run-options.ts';
import type { RunStrategy } from './run-result.ts';
import type { AnyScenario, TimedOperation } from './scenario.ts';

/** Everything that makes a run, with what follows from the seed filled in. Times in microseconds. */
export interface RunInputs {
  readonly scenario: AnyScenario;
  readonly seed: number | string;
  readonly strategy: RunStrategy;
  /** The hosts that take part, when not all do. */
  readonly hosts: readonly string[] | undefined;
  readonly storm: number;
  readonly settling: number;
  readonly plan: FaultPlan;
  readonly operations: readonly TimedOperation[];
  readonly only: readonly Choice[] | undefined;
  readonly trace: boolean;
  readonly order: readonly number[] | undefined;
  readonly watch: RunWatch | undefined;
  /** Compares the run with another. */
  readonly witness?: Witness;
}

/** What an exhaustive search wants to see of a run. */
export interface RunWatch {
  /** Called at each of {@link RunWatch.moments}, microseconds after the beginning of the storm, just before it. */
  onMoment(index: number, hostDigest: string): void;
  readonly moments: readonly number[];
  /** Called at each instant at which `count` events are due and the order is given. */
  onTie(count: number): void;
}

const strategies: readonly RunStrategy[] = ['random', 'swarm', 'priorities'];

/** @throws HoldfastError INVALID_ARGUMENT which names the option. */
export function runInputs(whole: AnyScenario, options: RunOptions, watch?: RunWatch): RunInputs {
  const { seed, strategy = 'swarm', hosts, only, order, trace = false } = options;
  if (!strategies.includes(strategy)) throw invalidArgument('strategy', strategy, strategies.join(', '));
  const scenario = hosts === undefined ? whole : reduced(whole, hosts);
  checkScenario(scenario);
  const names = Object.keys(scenario.hosts);
  const storm = toPositiveMicros(options.storm ?? scenario.storm ?? '10s', 'storm');
  const { down: _down, ...roles } = scenario.expectedCoverage?.roles ?? {};
  const profile = scenario.faults ?? {};
  const plan =
    options.plan === undefined
      ? drawPlan({ seed, strategy, hosts: names, roles, storm, profile })
      : parseFaultPlan(options.plan, names);
  const operations = options.operations ?? drawOperations(scenario, seed);
  checkOperations({ operations });
  const settling = toMicros(scenario.settling ?? '10s', 'settling');
  return { scenario, seed, strategy, hosts, storm, settling, plan, operations, only, trace, order, watch };
}

function drawOperations({ name, operations }: AnyScenario, seed: number | string): readonly TimedOperation[] {
  try {
    return operations?.(seededRandom(seed).fork('operations')) ?? [];
  } catch (cause) {
    throw coreErrors.create('INVALID_ARGUMENT', {
      message: `operations of ${name} threw with seed ${seed}: ${cause}`,
      context: { field: 'operations', seed },
      cause,
    });
  }
}

function reduced(scenario: AnyScenario, hosts: readonly string[]): AnyScenario {
  const smaller = scenario.withHosts?.(hosts);
  if (smaller === undefined) {
    throw invalidArgument(
      'hosts',
      hosts,
      `left out, or more: ${scenario.name} needs others of its hosts too`,
    );
  }
  return smaller;
}
