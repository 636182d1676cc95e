import {
  type Duration,
  formatMicros,
  invalidArgument,
  platformWorld,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import type { MetricRegistry, ObservedOptions } from '../metrics/metric-registry.ts';
import { isFailure } from '../red/is-failure.ts';
import type { OperationListener } from '../red/operation-metrics.ts';
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

/** Objectives that a process may have, and series that each of their metrics may. */
const objectivesMax = 100;
const seriesMax = objectivesMax * 10;

interface Indicator {
  readonly objective: ServiceLevelObjective;
  /** Microseconds. */
  readonly within: number;
  readonly bad: (error: unknown) => boolean;
}

/**
 * The service level objectives of a process, fed by its operations: make it a listener of `OperationMetrics`; or by hand, with
 * `record`. Metrics, all with `holdfast.slo.name`: `holdfast.slo.events` by `holdfast.slo.outcome`, `holdfast.slo.target`,
 * `holdfast.slo.budget.remaining`, `holdfast.slo.burn_rate` by `holdfast.slo.window`, and `holdfast.slo.burning` by
 * `holdfast.slo.severity`.
 */
export class ServiceLevels implements OperationListener {
  readonly #world: World;
  readonly #objectives = new Map<string, ServiceLevelObjective>();
  readonly #indicators = new Map<string, Indicator[]>();

  /** @throws HoldfastError METRIC_EXISTS when the registry has objectives already. */
  constructor({ registry, world = platformWorld() }: ServiceLevelsOptions) {
    this.#world = world;
    this.#observe(registry);
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

  #observe(registry: MetricRegistry): void {
    /** How all stand in the reading under way. */
    let statuses: ObjectiveStatus[] = [];
    registry.beforeReading(() => {
      statuses = this.statuses();
    });
    const each = (
      name: string,
      options: ObservedOptions,
      label: string | undefined,
      read: (status: ObjectiveStatus) => readonly (readonly [label: string, value: number])[],
    ) =>
      registry.observe(
        name,
        { ...options, labels: ['holdfast.slo.name', ...(label === undefined ? [] : [label])], seriesMax },
        () =>
          statuses.flatMap((status) =>
            read(status).map(([text, value]) => ({
              labels: { 'holdfast.slo.name': status.name, ...(label === undefined ? {} : { [label]: text }) },
              value,
            })),
          ),
      );
    const counter = { kind: 'counter', unit: '{event}', help: 'Events of an objective.' } as const;
    each('holdfast.slo.events', counter, 'holdfast.slo.outcome', ({ name }) => {
      const { bad, good } = this.#objectives.get(name)!.total;
      return [
        ['good', good],
        ['bad', bad],
      ];
    });
    const share = { kind: 'gauge', unit: '1' } as const;
    each(
      'holdfast.slo.target',
      { ...share, help: 'Share of events that are to be good.' },
      undefined,
      ({ target }) => [['', target]],
    );
    each(
      'holdfast.slo.budget.remaining',
      { ...share, help: 'Share of the error budget that is left; below zero where it is overdrawn.' },
      undefined,
      ({ budgetRemaining }) => [['', budgetRemaining]],
    );
    each(
      'holdfast.slo.burn_rate',
      { kind: 'gauge', help: 'How many times faster than allowed the error budget burns.' },
      'holdfast.slo.window',
      ({ burnRates }) => burnRates.map(({ rate = 0, window }) => [formatMicros(window * 1_000), rate]),
    );
    each(
      'holdfast.slo.burning',
      { kind: 'gauge', help: 'Whether the error budget burns too fast.' },
      'holdfast.slo.severity',
      ({ alerts }) =>
        [...new Set(alerts.map(({ severity }) => severity))].map((severity) => [
          severity,
          Number(alerts.some((alert) => alert.severity === severity && alert.burning)),
        ]),
    );
  }
}
