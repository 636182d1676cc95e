import {
  type OperationAttributes,
  type OperationObserver,
  type OperationOrigin,
  type OperationScope,
  platformWorld,
  type World,
} from '@holdfast/core';
import type { Gauge } from '../metrics/gauge.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { Labelled } from '../metrics/labelled.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { sampledSpanOf } from '../trace/operation-spans.ts';
import { errorType } from './error-type.ts';

/** Hears of every operation that ended. */
export interface OperationListener {
  /** @param micros - how long it took. @param error - what it failed with; undefined when it succeeded. */
  operationEnded(name: string, micros: number, error: unknown): void;
}

export interface OperationMetricsOptions {
  readonly registry: MetricRegistry;
  /** Who observes the operations besides, such as what makes spans of them: there can only be one observer. */
  readonly inner?: OperationObserver;
  readonly listeners?: readonly OperationListener[];
  /** Upper bounds in seconds. Default from 100 us to 60 s. */
  readonly bounds?: readonly number[];
  /** Names of operations that are told apart, and for each the kinds of errors. Default 200 and, in all, ten times as many. */
  readonly operationsMax?: number;
  /** Default the platform's. */
  readonly world?: World;
}

const operationBounds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

type Durations = Labelled<'holdfast.operation.name' | 'error.type', Histogram>;

/**
 * Rate, errors and duration ("RED") of every operation that core is told of, sampled or not: hand it to `observeOperations`.
 *
 * - `holdfast.operation.duration` (s): `error.type` is there when one failed.
 * - `holdfast.operation.active`: those under way.
 */
export class OperationMetrics implements OperationObserver {
  readonly #options: OperationMetricsOptions;
  readonly #world: World;
  readonly #operationsMax: number;
  readonly #durations: Durations;
  readonly #active: Labelled<'holdfast.operation.name', Gauge>;
  readonly #operations = new Map<string, OperationSeries>();

  /** @throws HoldfastError INVALID_ARGUMENT for a bad option; METRIC_EXISTS. */
  constructor(options: OperationMetricsOptions) {
    const { bounds = operationBounds, operationsMax = 200, registry, world = platformWorld() } = options;
    this.#options = options;
    this.#world = world;
    this.#operationsMax = operationsMax;
    this.#active = registry.updown('holdfast.operation.active', {
      help: 'Operations that are under way.',
      unit: '{operation}',
      labels: ['holdfast.operation.name'],
      seriesMax: operationsMax,
    });
    this.#durations = registry.histogram('holdfast.operation.duration', {
      help: 'How long operations took.',
      unit: 's',
      bounds,
      labels: ['holdfast.operation.name', 'error.type'],
      seriesMax: operationsMax * 10,
    });
  }

  enter(name: string, attributes: OperationAttributes, origin?: OperationOrigin): OperationScope {
    const inner = this.#options.inner?.enter(name, attributes, origin);
    const series = this.#operations.get(name) ?? this.#seriesOf(name);
    series.active.add();
    return new MeasuredOperation(name, series, inner, this.#world, this.#options.listeners);
  }

  #seriesOf(name: string): OperationSeries {
    const full = this.#operations.size >= this.#operationsMax;
    const series = new OperationSeries(full ? 'overflow' : name, this.#active, this.#durations);
    if (!full) this.#operations.set(name, series);
    return series;
  }
}

class OperationSeries {
  readonly active: Gauge;
  readonly succeeded: Histogram;
  readonly #name: string;
  readonly #durations: Durations;

  constructor(name: string, active: Labelled<'holdfast.operation.name', Gauge>, durations: Durations) {
    this.#name = name;
    this.#durations = durations;
    this.active = active.with({ 'holdfast.operation.name': name });
    this.succeeded = durations.with({ 'holdfast.operation.name': name, 'error.type': '' });
  }

  failed(error: unknown): Histogram {
    return this.#durations.with({ 'holdfast.operation.name': this.#name, 'error.type': errorType(error) });
  }
}

/** One of each operation: its fields are plain ones, which are cheaper to set where code is not optimised yet. */
class MeasuredOperation implements OperationScope {
  private readonly name: string;
  private readonly series: OperationSeries;
  private readonly inner: OperationScope | undefined;
  private readonly world: World;
  private readonly listeners: readonly OperationListener[] | undefined;
  private readonly start: number;

  constructor(
    name: string,
    series: OperationSeries,
    inner: OperationScope | undefined,
    world: World,
    listeners: readonly OperationListener[] | undefined,
  ) {
    this.name = name;
    this.series = series;
    this.inner = inner;
    this.world = world;
    this.listeners = listeners;
    this.start = world.clock.now();
  }

  get traceparent(): string | undefined {
    return this.inner?.traceparent;
  }

  bind<T>(fn: () => T): T {
    return this.inner === undefined ? fn() : this.inner.bind(fn);
  }

  set(attributes: OperationAttributes): void {
    this.inner?.set(attributes);
  }

  event(name: string, attributes?: OperationAttributes): void {
    this.inner?.event(name, attributes);
  }

  exit(error: unknown): void {
    const micros = this.world.clock.now() - this.start;
    this.series.active.add(-1);
    const durations = error === undefined ? this.series.succeeded : this.series.failed(error);
    durations.recordWithin(sampledSpanOf(this.inner), micros / 1e6);
    this.inner?.exit(error);
    if (this.listeners === undefined) return;
    for (const listener of this.listeners) listener.operationEnded(this.name, micros, error);
  }
}
