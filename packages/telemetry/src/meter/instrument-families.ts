import { diag, type MetricAdvice } from '@opentelemetry/api';
import { Counter } from '../metrics/counter.ts';
import { describeMetric } from '../metrics/describe-metric.ts';
import { exponentialSize } from '../metrics/exponential-buckets.ts';
import { Gauge } from '../metrics/gauge.ts';
import { Histogram } from '../metrics/histogram.ts';
import { histogramBuckets } from '../metrics/histogram-buckets.ts';
import { LabelSet } from '../metrics/label-set.ts';
import { LimitedSeries } from '../metrics/limited-series.ts';
import type { MetricFamily } from '../metrics/metric-family.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { AttributeSeries } from './attribute-series.ts';
import {
  CounterStream,
  HistogramStream,
  LastValueStream,
  type MetricStream,
  UpDownStream,
} from './metric-stream.ts';
import { ObservedStream } from './observed-stream.ts';
import type { InstrumentKind } from './view.ts';
import type { StreamPlan } from './views.ts';

/** What OpenTelemetry recommends for durations in seconds, and its default for all else. */
const secondsBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const otherBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

/** By the specification, what stands for label sets that found no room. */
const overflowLabels = {
  key: 'overflow',
  labels: new LabelSet(['otel.metric.overflow'], ['true'], undefined),
};

/** Kinds whose values, added up, only grow. */
const growing: ReadonlySet<InstrumentKind> = new Set(['counter', 'histogram', 'observable_counter']);

/** A library that measures. */
export interface Library {
  readonly scope: InstrumentationScope;
  /** Tells it from others. */
  readonly scopeKey: string;
}

/** A metric that instruments of one or more libraries measure. */
interface InstrumentFamily {
  readonly signature: string;
  /** Its series, or what knows them. */
  readonly content: unknown;
}

/**
 * The metrics of all instruments, by name. Libraries that measure the same one share it. One that wants it to be of another
 * kind or unit gets nothing, and `diag` is told: a reader could not tell what is what.
 */
export class InstrumentFamilies {
  readonly #registry: MetricRegistry;
  readonly #families = new Map<string, InstrumentFamily>();

  constructor(registry: MetricRegistry) {
    this.#registry = registry;
  }

  /** Where measurements go by this plan. Undefined where there is no such metric. */
  stream(plan: StreamPlan, library: Library, advice: MetricAdvice | undefined): MetricStream | undefined {
    const { exemplars, histogramAggregation } = this.#registry;
    const aggregation = plan.aggregation ?? defaultOf(plan.kind, histogramAggregation);
    const own = <Handle>({ content }: { readonly content: LimitedSeries<Handle> }): AttributeSeries<Handle> =>
      new AttributeSeries(content, library.scope, library.scopeKey, plan.keeps);
    switch (aggregation.kind) {
      case 'sum': {
        if (growing.has(plan.kind)) {
          const counters = this.#synchronous(plan, 'counter', () => new Counter(exemplars));
          return counters && new CounterStream(own(counters), exemplars);
        }
        const sums = this.#synchronous(plan, 'updown', () => new Gauge());
        return sums && new UpDownStream(own(sums));
      }
      case 'last_value': {
        const gauges = this.#synchronous(plan, 'gauge', () => new Gauge());
        return gauges && new LastValueStream(own(gauges));
      }
      default: {
        const histograms = this.#histogram(plan, aggregation, advice?.explicitBucketBoundaries);
        return histograms && new HistogramStream(own(histograms), exemplars);
      }
    }
  }

  /** What callbacks observe by this plan. Undefined where there is no such metric. */
  observed(plan: StreamPlan, { scope }: Library): ObservedStream | undefined {
    const isGauge =
      (plan.aggregation ?? defaultOf(plan.kind, 'explicit_bucket_histogram')).kind === 'last_value';
    const kind = isGauge ? 'gauge' : growing.has(plan.kind) ? 'counter' : 'updown';
    const found = this.#family(plan, kind, `observed ${kind}`, () => {
      const streams = new Set<ObservedStream>();
      const series = () => [...streams].flatMap((stream) => [...stream.series()]);
      return [streams, { kind, observed: true, series }];
    });
    if (found === undefined) return undefined;
    const stream = new ObservedStream({
      scope,
      seriesMax: plan.seriesMax,
      keeps: plan.keeps,
      adds: !isGauge,
      overflowed: () => this.#registry.countOverflow(plan.name),
    });
    found.content.add(stream);
    return stream;
  }

  #histogram(
    plan: StreamPlan,
    aggregation: { readonly bounds?: readonly number[]; readonly maxSize?: number; readonly kind: string },
    advised: readonly number[] | undefined,
  ): { readonly content: LimitedSeries<Histogram> } | undefined {
    const usual = plan.unit === 's' ? secondsBoundaries : otherBoundaries;
    const bounds = aggregation.bounds ?? advised ?? usual;
    const size =
      aggregation.kind === 'base2_exponential_bucket_histogram'
        ? (aggregation.maxSize ?? exponentialSize)
        : undefined;
    const type = size === undefined ? 'histogram' : 'exponential histogram';
    return this.#family(plan, 'histogram', type, () => {
      const buckets = histogramBuckets(bounds, size);
      const series = this.#limited(plan, () => new Histogram(buckets, this.#registry.exemplars));
      return [series, { kind: 'histogram', series: () => series.all() }];
    });
  }

  #synchronous<Handle extends Counter | Gauge>(
    plan: StreamPlan,
    kind: 'counter' | 'updown' | 'gauge',
    make: () => Handle,
  ): { readonly content: LimitedSeries<Handle> } | undefined {
    return this.#family(plan, kind, kind, () => {
      const series = this.#limited(plan, make);
      return [series, { kind, series: () => series.all() }];
    });
  }

  #family<Content>(
    { description, name, unit }: StreamPlan,
    kind: MetricFamily['kind'],
    type: string,
    make: () => [Content, Pick<MetricFamily, 'kind' | 'observed' | 'series'>],
  ): { readonly content: Content } | undefined {
    const signature = `${type} in ${unit === '' ? 'no unit' : unit}`;
    const known = this.#families.get(name);
    if (known !== undefined) {
      if (known.signature === signature) return { content: known.content as Content };
      diag.warn(
        `metric ${name} is a ${known.signature} already: the ${signature} of that name measures nothing`,
      );
      return undefined;
    }
    try {
      const described = describeMetric(name, kind, { help: description, unit });
      const [content, family] = make();
      this.#registry.add({ ...described, ...family } as MetricFamily);
      this.#families.set(name, { signature, content });
      return { content };
    } catch (error) {
      diag.warn(`metric ${name} measures nothing: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  #limited<Handle>({ name, seriesMax }: StreamPlan, make: () => Handle): LimitedSeries<Handle> {
    return new LimitedSeries({
      metric: name,
      seriesMax,
      overflow: 'merge',
      make,
      overflowLabels: () => overflowLabels,
      overflowed: () => this.#registry.countOverflow(name),
    });
  }
}

type DefaultAggregation = { readonly kind: 'sum' | 'last_value' | MetricRegistry['histogramAggregation'] };

function defaultOf(
  kind: InstrumentKind,
  histogramAggregation: MetricRegistry['histogramAggregation'],
): DefaultAggregation {
  if (kind === 'histogram') return { kind: histogramAggregation };
  return { kind: kind === 'gauge' || kind === 'observable_gauge' ? 'last_value' : 'sum' };
}
