import { type Duration, invalidArgument, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { isFailure } from '../red/is-failure.ts';
import type { OperationListener } from '../red/operation-metrics.ts';
import { observeObjectives } from './objective-metrics.ts';
import {
  type ObjectiveOptions,
  type ObjectiveStatus,
  ServiceLevelObjective,
} from './service-level-objective.ts';

/** An objective, which operations it is about, and when one of them is good: what is called a service level indicator. */
export interface ServiceLevelOptions extends ObjectiveOptions {
  /** Names of the operations. Default none: then events are recorded by hand. */
  readonly operations?: readonly string[];
  /** One that takes longer is bad, also when it succeeds. Default: as long as it likes. */
  readonly within?: Duration;
  /** Whether an operation that threw `error` is bad. Default all but those that their callers gave up. */
  readonly bad?: (error: unknown) => boolean;
}

export interface ServiceLevelsOptions {
  readonly registry: MetricRegistry;
  /** Default the platform's. */
  readonly world?: World;
}

/** Objectives that a process may have. */
const objectivesMax = 100;

interface Indicator {
  readonly objective: ServiceLevelObjective;
  /** Microseconds. */
  readonly within: number;
  readonly bad: (error: unknown) => boolean;
}

/**
 * The service level objectives of a process, fed by its operations: make it a listener of `OperationMetrics`; or by hand, with
 * `record`. They show themselves in the registry.
 */
export class ServiceLevels implements OperationListener {
  readonly #world: World;
  readonly #objectives = new Map<string, ServiceLevelObjective>();
  readonly #indicators = new Map<string, Indicator[]>();

  /** @throws HoldfastError METRIC_EXISTS when the registry has objectives already. */
  constructor({ registry, world = platformWorld() }: ServiceLevelsOptions) {
    this.#world = world;
    observeObjectives(registry, objectivesMax, () => this.statuses());
  }

  /** @throws HoldfastError INVALID_ARGUMENT for a bad option, or a name that is taken. */
  define(options: ServiceLevelOptions): ServiceLevelObjective {
    const objective = new ServiceLevelObjective(options, this.#world.clock);
    if (this.#objectives.has(objective.name)) {
      throw invalidArgument('name', objective.name, 'the name of no other objective here');
    }
    if (this.#objectives.size >= objectivesMax) {
      throw invalidArgument('name', objective.name, `one of at most ${objectivesMax} objectives`);
    }
    this.#listen(objective, options);
    this.#objectives.set(objective.name, objective);
    return objective;
  }

  /** How all of them stand. */
  statuses(): ObjectiveStatus[] {
    return [...this.#objectives.values()].map((objective) => objective.status());
  }

  operationEnded(name: string, micros: number, error: unknown): void {
    for (const { bad, objective, within } of this.#indicators.get(name) ?? []) {
      if (error === undefined) objective.record(micros <= within);
      else if (bad(error)) objective.record(false);
    }
  }

  #listen(
    objective: ServiceLevelObjective,
    { bad = isFailure, operations = [], within }: ServiceLevelOptions,
  ): void {
    const limit = within === undefined ? Number.POSITIVE_INFINITY : toPositiveMicros(within, 'within');
    for (const operation of operations) {
      const indicators = this.#indicators.get(operation) ?? [];
      this.#indicators.set(operation, [...indicators, { objective, within: limit, bad }]);
    }
  }
}
