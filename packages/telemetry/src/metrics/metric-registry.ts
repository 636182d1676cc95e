import { defineEvent, type EventType, invalidArgument } from '@holdfast/core';
import { telemetryErrors } from '../telemetry-errors.ts';
import { Counter } from './counter.ts';
import { Gauge } from './gauge.ts';
import { checkBounds, Histogram, secondsBounds } from './histogram.ts';
import { Labelled, type Labels, type OverflowBehaviour } from './labelled.ts';
import type { MetricDescription, MetricFamily, NumberReading, Series } from './metric-family.ts';
import { checkLabelNames, checkMetricName, underscored } from './metric-names.ts';

export interface MetricOptions {
  /** One line that says what it measures. */
  readonly help: string;
  /** The name must end with it, as Prometheus wants. Default none. */
  readonly unit?: string;
}

export interface LabelOptions<Name extends string> {
  readonly labels: readonly Name[];
  /** Label sets that it may have. Default 1,000. */
  readonly seriesMax?: number;
  /** Default `merge`. */
  readonly overflow?: OverflowBehaviour;
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds of its buckets. Default {@link secondsBounds}. */
  readonly bounds?: readonly number[];
}

export interface ObservedOptions extends MetricOptions {
  /** `unknown` for what a reader should take as it is, such as a gauge that has `_total` in a name that others gave it. */
  readonly kind: 'counter' | 'gauge' | 'unknown';
}

/** One series that a callback found. */
export interface ObservedSeries<Name extends string> {
  readonly labels: Labels<Name>;
  readonly value: number;
}

export interface MetricReadFailedEvent {
  readonly metric: string;
  readonly error: unknown;
}

/** A callback of {@link MetricRegistry.observe} threw: its metric is left out of what is being read. */
export const metricReadFailed: EventType<MetricReadFailedEvent> = defineEvent<MetricReadFailedEvent>(
  'holdfast.metric.read-failed',
);

const seriesMaxDefault = 1_000;

/**
 * Metrics by name. What writes to them holds their series; what exports them reads {@link families}. Metrics live as long
 * as the registry.
 *
 * A counter's name may end with `_total` or leave it out: it is exported with it. Names with other characters than
 * letters, digits, `_` and `:` (such as OpenTelemetry's, with dots) are exported as they are to readers that
 * understand them, else with `_` in their place; two that are the same then are refused.
 */
export class MetricRegistry {
  readonly #families = new Map<string, MetricFamily>();
  readonly #sampleNames = new Set<string>();
  #ordered: readonly MetricFamily[] | undefined;
  #overflows: Labelled<'metric', Counter> | undefined;
  #readFailures: Labelled<'metric', Counter> | undefined;

  /**
   * A count that only grows.
   *
   * @throws HoldfastError INVALID_ARGUMENT for a bad name or option; METRIC_EXISTS.
   */
  counter<const Name extends string>(
    name: string,
    options: MetricOptions & LabelOptions<Name>,
  ): Labelled<Name, Counter>;
  counter(name: string, options: MetricOptions): Counter;
  counter(name: string, options: MetricOptions & Partial<LabelOptions<string>>): unknown {
    const labels = options.labels ?? [];
    const description = this.#describe(name, 'counter', options, labels);
    const { handle, series } = this.#series(description, options, () => new Counter());
    this.#add({ ...description, kind: 'counter', series });
    return handle;
  }

  /** A value that rises and falls. @throws as {@link counter}. */
  gauge<const Name extends string>(
    name: string,
    options: MetricOptions & LabelOptions<Name>,
  ): Labelled<Name, Gauge>;
  gauge(name: string, options: MetricOptions): Gauge;
  gauge(name: string, options: MetricOptions & Partial<LabelOptions<string>>): unknown {
    const labels = options.labels ?? [];
    const description = this.#describe(name, 'gauge', options, labels);
    const { handle, series } = this.#series(description, options, () => new Gauge());
    this.#add({ ...description, kind: 'gauge', series });
    return handle;
  }

  /** How often values fell into which bucket. @throws as {@link counter}. */
  histogram<const Name extends string>(
    name: string,
    options: HistogramOptions & LabelOptions<Name>,
  ): Labelled<Name, Histogram>;
  histogram(name: string, options: HistogramOptions): Histogram;
  histogram(name: string, options: HistogramOptions & Partial<LabelOptions<string>>): unknown {
    const bounds = [...(options.bounds ?? secondsBounds)];
    checkBounds(bounds);
    const labels = options.labels ?? [];
    const description = this.#describe(name, 'histogram', options, labels);
    const { handle, series } = this.#series(description, options, () => new Histogram(bounds));
    this.#add({ ...description, kind: 'histogram', series });
    return handle;
  }

  /**
   * A number whose value is read when somebody reads the registry. When `read` throws, the metric is left out
   * and {@link metricReadFailed} says so; when it gives undefined, the metric has no value now.
   *
   * @throws as {@link counter}.
   */
  observe<const Name extends string>(
    name: string,
    options: ObservedOptions & LabelOptions<Name>,
    read: () => Iterable<ObservedSeries<Name>>,
  ): void;
  observe(name: string, options: ObservedOptions, read: () => number | undefined): void;
  observe(
    name: string,
    options: ObservedOptions & Partial<LabelOptions<string>>,
    read: () => number | undefined | Iterable<ObservedSeries<string>>,
  ): void {
    const description = this.#describe(name, options.kind, options, options.labels ?? []);
    const readSeries = (): readonly Series<NumberReading>[] => {
      const found = read();
      if (found === undefined) return [];
      if (typeof found === 'number') return [{ labelValues: [], reading: { value: found } }];
      const labelled = this.#labelled(description, options, () => new Gauge());
      for (const { labels, value } of found) labelled.with(labels).add(value);
      return labelled.series();
    };
    const series = (): readonly Series<NumberReading>[] => {
      try {
        return readSeries();
      } catch (error) {
        this.#readFailed(description.name, error);
        return [];
      }
    };
    this.#add({ ...description, kind: options.kind, series });
  }

  /** All metrics, ordered by name. */
  families(): readonly MetricFamily[] {
    this.#ordered ??= [...this.#families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#ordered;
  }

  #describe(
    name: string,
    kind: MetricFamily['kind'],
    { help, unit }: MetricOptions,
    labelNames: readonly string[],
  ): MetricDescription {
    checkMetricName(name);
    checkLabelNames(labelNames, kind === 'histogram' ? ['le'] : []);
    if (typeof help !== 'string') throw invalidArgument('help', help, 'a text');
    const bare = kind === 'counter' ? name.replace(/(?<=.)_total$/, '') : name;
    if (unit !== undefined && !bare.endsWith(`_${unit}`) && !bare.endsWith(`.${unit}`)) {
      throw invalidArgument('name', name, `a name that ends with its unit, ${unit}`);
    }
    return { name: bare, help, unit, labelNames: [...labelNames] };
  }

  #series<Handle>(
    description: MetricDescription,
    options: Partial<LabelOptions<string>>,
    make: () => Handle,
  ): { handle: unknown; series: () => readonly Series<Handle>[] } {
    if (description.labelNames.length === 0) {
      const reading = make();
      const only = [{ labelValues: [], reading }];
      return { handle: reading, series: () => only };
    }
    const labelled = this.#labelled(description, options, make);
    return { handle: labelled, series: () => labelled.series() };
  }

  #labelled<Handle>(
    { labelNames, name }: MetricDescription,
    { overflow = 'merge', seriesMax = seriesMaxDefault }: Partial<LabelOptions<string>>,
    make: () => Handle,
  ): Labelled<string, Handle> {
    if (!(Number.isSafeInteger(seriesMax) && seriesMax > 0)) {
      throw invalidArgument('seriesMax', seriesMax, 'a whole number from 1');
    }
    if (!['merge', 'drop', 'refuse'].includes(overflow)) {
      throw invalidArgument('overflow', overflow, "'merge', 'drop' or 'refuse'");
    }
    const overflowed = () => this.#overflowCounter().with({ metric: name }).add();
    return new Labelled({ metric: name, labelNames, seriesMax, overflow, make, overflowed });
  }

  #add(family: MetricFamily): void {
    const names = sampleNames(family).map(underscored);
    const taken = names.find((name) => this.#sampleNames.has(name));
    if (taken !== undefined) {
      throw telemetryErrors.create('METRIC_EXISTS', {
        message: `${family.name} would write samples called ${taken}, as another metric here does: rename one of them`,
        context: { metric: family.name, sample: taken },
      });
    }
    for (const name of names) this.#sampleNames.add(name);
    this.#families.set(family.name, family);
    this.#ordered = undefined;
  }

  /** Registered when it is first needed: most registries never overflow. */
  #overflowCounter(): Labelled<'metric', Counter> {
    this.#overflows ??= this.counter('holdfast_metrics_overflowed_total', {
      help: 'Label sets that found no room in their metric.',
      labels: ['metric'],
    });
    return this.#overflows;
  }

  #readFailed(metric: string, error: unknown): void {
    this.#readFailures ??= this.counter('holdfast_metrics_read_failures_total', {
      help: 'How often the callback of a metric threw, and it was left out.',
      labels: ['metric'],
    });
    this.#readFailures.with({ metric }).add();
    if (metricReadFailed.active) metricReadFailed.publish({ metric, error });
  }
}

/** All names that a family's samples and header lines have, in any format. */
function sampleNames({ kind, name }: MetricFamily): string[] {
  if (kind === 'gauge' || kind === 'unknown') return [name];
  if (kind === 'counter') return [name, `${name}_total`];
  return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
}
