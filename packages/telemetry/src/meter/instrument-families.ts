import { diag, type MetricOptions as InstrumentOptions } from '@opentelemetry/api';
import { Counter } from '../metrics/counter.ts';
import { describeMetric } from '../metrics/describe-metric.ts';
import { Gauge } from '../metrics/gauge.ts';
import { Histogram } from '../metrics/histogram.ts';
import { exponentialSizeOf } from '../metrics/histogram-aggregation.ts';
import { histogramBuckets } from '../metrics/histogram-buckets.ts';
import { LabelSet } from '../metrics/label-set.ts';
import { LimitedSeries } from '../metrics/limited-series.ts';
import type { MetricFamily } from '../metrics/metric-family.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { ObservableInstrument } from './observable.ts';

/** What OpenTelemetry recommends for durations in seconds, and its default for all else. */
const secondsBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const otherBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

/** By the specification, what stands for label sets that found no room. */
const overflowLabels = {
  key: 'overflow',
  labels: new LabelSet(['otel.metric.overflow'], ['true'], undefined),
};

type SumKind = 'counter' | 'updown' | 'gauge';

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
  readonly #seriesMax: number;
  readonly #families = new Map<string, InstrumentFamily>();

  constructor(registry: MetricRegistry, seriesMax: number) {
    this.#registry = registry;
    this.#seriesMax = seriesMax;
  }

  counter(name: string, options: InstrumentOptions): LimitedSeries<Counter> | undefined {
    return this.#family(name, 'counter', 'counter', options, () => {
      const series = this.#limited(name, () => new Counter(this.#registry.exemplars));
      return [series, { kind: 'counter', series: () => series.all() }];
    });
  }

  gauge(
    name: string,
    kind: 'updown' | 'gauge',
    options: InstrumentOptions,
  ): LimitedSeries<Gauge> | undefined {
    return this.#family(name, kind, kind, options, () => {
      const series = this.#limited(name, () => new Gauge());
      return [series, { kind, series: () => series.all() }];
    });
  }

  histogram(name: string, options: InstrumentOptions): LimitedSeries<Histogram> | undefined {
    return this.#family(name, 'histogram', 'histogram', options, () => {
      const usual = options.unit === 's' ? secondsBoundaries : otherBoundaries;
      const buckets = histogramBuckets(
        options.advice?.explicitBucketBoundaries ?? usual,
        exponentialSizeOf(this.#registry.histogramAggregation),
      );
      const series = this.#limited(name, () => new Histogram(buckets, this.#registry.exemplars));
      return [series, { kind: 'histogram', series: () => series.all() }];
    });
  }

  /** The instruments of an observed metric: whoever measures it adds its own. */
  observed(name: string, kind: SumKind, options: InstrumentOptions): Set<ObservableInstrument> | undefined {
    return this.#family(name, kind, `observed ${kind}`, options, () => {
      const instruments = new Set<ObservableInstrument>();
      const series = () => [...instruments].flatMap((instrument) => [...instrument.series()]);
      return [instruments, { kind, observed: true, series }];
    });
  }

  #family<Content>(
    name: string,
    kind: MetricFamily['kind'],
    type: string,
    { description: help = '', unit = '' }: InstrumentOptions,
    make: () => [Content, Pick<MetricFamily, 'kind' | 'observed' | 'series'>],
  ): Content | undefined {
    const signature = `${type} in ${unit === '' ? 'no unit' : unit}`;
    const known = this.#families.get(name);
    if (known !== undefined) {
      if (known.signature === signature) return known.content as Content;
      diag.warn(
        `metric ${name} is a ${known.signature} already: the ${signature} of that name measures nothing`,
      );
      return undefined;
    }
    try {
      const description = describeMetric(name, kind, { help, unit });
      const [content, family] = make();
      this.#registry.add({ ...description, ...family } as MetricFamily);
      this.#families.set(name, { signature, content });
      return content;
    } catch (error) {
      diag.warn(`metric ${name} measures nothing: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  #limited<Handle>(name: string, make: () => Handle): LimitedSeries<Handle> {
    return new LimitedSeries({
      metric: name,
      seriesMax: this.#seriesMax,
      overflow: 'merge',
      make,
      overflowLabels: () => overflowLabels,
      overflowed: () => this.#registry.countOverflow(name),
    });
  }
}
