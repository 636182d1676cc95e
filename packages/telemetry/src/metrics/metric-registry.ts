import { defineEvent, type EventType, invalidArgument, platformWorld, type World } from '@holdfast/core';
import { ExemplarSampler } from '../exemplars/exemplar-sampler.ts';
import { telemetryErrors } from '../telemetry-errors.ts';
import { Counter } from './counter.ts';
import { describeMetric, type MetricOptions } from './describe-metric.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import {
  checkHistogramAggregation,
  exponentialSizeOf,
  type HistogramAggregation,
} from './histogram-aggregation.ts';
import { histogramBuckets, secondsBounds } from './histogram-buckets.ts';
import { noLabels } from './label-set.ts';
import { Labelled, type Labels } from './labelled.ts';
import type { OverflowBehaviour } from './limited-series.ts';
import type { MetricFamily, NumberKind, NumberReading, Series } from './metric-family.ts';
import { checkLabelNames, underscored } from './metric-names.ts';

export interface LabelOptions<Name extends string> {
  readonly labels: readonly Name[];
  /** Label sets that it may have. Default 1,000. */
  readonly seriesMax?: number;
  /** Default `merge`. */
  readonly overflow?: OverflowBehaviour;
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds of its buckets, 1 to 1,000. Default {@link secondsBounds}. */
  readonly bounds?: readonly number[];
  /** How OTLP shows it. Default as the registry says. Prometheus' formats show the buckets in any case. */
  readonly aggregation?: HistogramAggregation;
}

export interface ObservedOptions extends MetricOptions {
  /**
   * `counter` for what only grows, `updown` for a sum that also falls, `unknown` for what a reader should take as it is, such
   * as a gauge that has `_total` in a name that others gave it.
   */
  readonly kind: NumberKind;
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

export interface MetricRegistryOptions {
  /** Whose wall clock says since when it counts, and when exemplars were taken. Default the platform's. */
  readonly world?: World;
  /** How OTLP shows histograms that do not say so themselves. Default `explicit_bucket_histogram`. */
  readonly histogramAggregation?: HistogramAggregation;
}

const seriesMaxDefault = 1_000;

/**
 * Metrics by name. What writes to them holds their series; what exports them reads {@link families}. Metrics live as long
 * as the registry.
 *
 * A counter's name may end with `_total` or leave it out: Prometheus sees it with it. Names with other characters than
 * letters, digits, `_` and `:` (such as OpenTelemetry's, with dots) are exported as they are to readers that
 * understand them, else with `_` in their place; two that are the same then are refused.
 */
export class MetricRegistry {
  /** Since when it counts, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Decides which measurements are kept as exemplars: none before it begins to. */
  readonly exemplars: ExemplarSampler;
  readonly histogramAggregation: HistogramAggregation;
  readonly #families = new Map<string, MetricFamily>();
  readonly #sampleNames = new Set<string>();
  readonly #preparations: (() => void)[] = [];
  #ordered: readonly MetricFamily[] | undefined;
  #overflows: Labelled<'metric', Counter> | undefined;
  #readFailures: Labelled<'metric', Counter> | undefined;

  /** @throws HoldfastError INVALID_ARGUMENT for a bad option. */
  constructor(options: MetricRegistryOptions = {}) {
    const { histogramAggregation = 'explicit_bucket_histogram', world = platformWorld() } = options;
    checkHistogramAggregation(histogramAggregation, 'histogramAggregation');
    this.histogramAggregation = histogramAggregation;
    this.startedAt = world.clock.wall();
    this.exemplars = new ExemplarSampler(world.clock);
  }

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
    return this.#numbers(name, 'counter', options, () => new Counter(this.exemplars));
  }

  /** A value that rises and falls. @throws as {@link counter}. */
  gauge<const Name extends string>(
    name: string,
    options: MetricOptions & LabelOptions<Name>,
  ): Labelled<Name, Gauge>;
  gauge(name: string, options: MetricOptions): Gauge;
  gauge(name: string, options: MetricOptions & Partial<LabelOptions<string>>): unknown {
    return this.#numbers(name, 'gauge', options, () => new Gauge());
  }

  /** A sum that rises and falls, such as what is under way: sums of several processes make sense. @throws as {@link counter}. */
  updown<const Name extends string>(
    name: string,
    options: MetricOptions & LabelOptions<Name>,
  ): Labelled<Name, Gauge>;
  updown(name: string, options: MetricOptions): Gauge;
  updown(name: string, options: MetricOptions & Partial<LabelOptions<string>>): unknown {
    return this.#numbers(name, 'updown', options, () => new Gauge());
  }

  /** How often values fell into which bucket. @throws as {@link counter}. */
  histogram<const Name extends string>(
    name: string,
    options: HistogramOptions & LabelOptions<Name>,
  ): Labelled<Name, Histogram>;
  histogram(name: string, options: HistogramOptions): Histogram;
  histogram(name: string, options: HistogramOptions & Partial<LabelOptions<string>>): unknown {
    const { aggregation = this.histogramAggregation, bounds = secondsBounds } = options;
    checkHistogramAggregation(aggregation, 'aggregation');
    const buckets = histogramBuckets(bounds, exponentialSizeOf(aggregation));
    const description = describeMetric(name, 'histogram', options);
    const { handle, series } = this.#series(
      description.name,
      options,
      ['le'],
      () => new Histogram(buckets, this.exemplars),
    );
    this.add({ ...description, kind: 'histogram', series });
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
    const description = describeMetric(name, options.kind, options);
    checkLabelNames(options.labels ?? [], []);
    checkLimit(options);
    const readSeries = (): Iterable<Series<NumberReading>> => {
      const found = read();
      if (found === undefined) return [];
      if (typeof found === 'number') return [{ labels: noLabels, reading: { value: found } }];
      const labelled = this.#labelled(description.name, options, () => new Gauge());
      for (const { labels, value } of found) labelled.with(labels).add(value);
      return labelled.series();
    };
    const series = (): Iterable<Series<NumberReading>> => {
      try {
        return readSeries();
      } catch (error) {
        this.countReadFailure(description.name, error);
        return [];
      }
    };
    this.add({ ...description, kind: options.kind, observed: true, series });
  }

  /**
   * Adds a metric whose series are kept elsewhere.
   *
   * @throws HoldfastError METRIC_EXISTS when its samples would be taken for those of another.
   */
  add(family: MetricFamily): void {
    const names = sampleNames(family).map(underscored);
    const taken = this.#families.has(family.name)
      ? family.name
      : names.find((name) => this.#sampleNames.has(name));
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

  /** Has `prepare` called whenever a reading begins, for what several metrics have in common. It must not throw. */
  beforeReading(prepare: () => void): void {
    this.#preparations.push(prepare);
  }

  /** Begins a reading: all metrics, ordered by name. */
  families(): readonly MetricFamily[] {
    for (const prepare of this.#preparations) prepare();
    this.#ordered ??= [...this.#families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#ordered;
  }

  /** Counts a label set that found no room in `metric`: for those who keep series themselves. */
  countOverflow(metric: string): void {
    // Registered when it is first needed: most registries never overflow.
    this.#overflows ??= this.counter('holdfast_metrics_overflowed_total', {
      help: 'Label sets that found no room in their metric.',
      labels: ['metric'],
    });
    this.#overflows.with({ metric }).add();
  }

  /** Counts and tells that `metric` could not be read: for those who keep series themselves. */
  countReadFailure(metric: string, error: unknown): void {
    this.#readFailures ??= this.counter('holdfast_metrics_read_failures_total', {
      help: 'How often the callback of a metric threw, and it was left out.',
      labels: ['metric'],
    });
    this.#readFailures.with({ metric }).add();
    if (metricReadFailed.active) metricReadFailed.publish({ metric, error });
  }

  #numbers<Handle extends NumberReading>(
    name: string,
    kind: NumberKind,
    options: MetricOptions & Partial<LabelOptions<string>>,
    make: () => Handle,
  ): unknown {
    const description = describeMetric(name, kind, options);
    const { handle, series } = this.#series(description.name, options, [], make);
    this.add({ ...description, kind, series });
    return handle;
  }

  #series<Handle>(
    metric: string,
    options: Partial<LabelOptions<string>>,
    reservedLabels: readonly string[],
    make: () => Handle,
  ): { handle: unknown; series: () => Iterable<Series<Handle>> } {
    checkLabelNames(options.labels ?? [], reservedLabels);
    checkLimit(options);
    if (options.labels === undefined || options.labels.length === 0) {
      const reading = make();
      const only = [{ labels: noLabels, reading }];
      return { handle: reading, series: () => only };
    }
    const labelled = this.#labelled(metric, options, make);
    return { handle: labelled, series: () => labelled.series() };
  }

  #labelled<Handle>(
    metric: string,
    { labels = [], overflow = 'merge', seriesMax = seriesMaxDefault }: Partial<LabelOptions<string>>,
    make: () => Handle,
  ): Labelled<string, Handle> {
    const overflowed = () => this.countOverflow(metric);
    return new Labelled([...labels], { metric, seriesMax, overflow, make, overflowed });
  }
}

function checkLimit({
  overflow = 'merge',
  seriesMax = seriesMaxDefault,
}: Partial<LabelOptions<string>>): void {
  if (!(Number.isSafeInteger(seriesMax) && seriesMax > 0)) {
    throw invalidArgument('seriesMax', seriesMax, 'a whole number from 1');
  }
  if (!['merge', 'drop', 'refuse'].includes(overflow)) {
    throw invalidArgument('overflow', overflow, "'merge', 'drop' or 'refuse'");
  }
}

/** All names that a family's samples and header lines have, in any format. */
function sampleNames({ exposedName, kind }: MetricFamily): string[] {
  if (kind === 'counter') return [exposedName, `${exposedName}_total`];
  if (kind !== 'histogram') return [exposedName];
  return [exposedName, `${exposedName}_bucket`, `${exposedName}_sum`, `${exposedName}_count`];
}
