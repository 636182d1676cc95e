import type { Attributes, Context } from '@opentelemetry/api';
import type { ExemplarSpan } from '../exemplars/exemplar.ts';
import type { ExemplarSampler } from '../exemplars/exemplar-sampler.ts';
import type { Counter } from '../metrics/counter.ts';
import type { Gauge } from '../metrics/gauge.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { sampledIn } from '../trace/sampled-spans.ts';
import type { AttributeSeries } from './attribute-series.ts';

/** Where measurements of an instrument go: the series of a metric. */
export interface MetricStream {
  /** @param context - that of the measurement. Default the active one. */
  measure(value: number, attributes: Attributes | undefined, context: Context | undefined): void;
}

/** A sum that only grows. */
export class CounterStream implements MetricStream {
  readonly #series: AttributeSeries<Counter>;
  readonly #sampler: ExemplarSampler;

  constructor(series: AttributeSeries<Counter>, sampler: ExemplarSampler) {
    this.#series = series;
    this.#sampler = sampler;
  }

  measure(value: number, attributes: Attributes | undefined, context: Context | undefined): void {
    const counter = this.#series.at(attributes);
    if (context === undefined && this.#series.keepsAll) counter.add(value);
    else {
      const span = spanOf(this.#sampler, context);
      counter.addWithin(
        span,
        value,
        this.#sampler.accepts(span) ? this.#series.dropped(attributes) : undefined,
      );
    }
  }
}

/** A sum that also falls. */
export class UpDownStream implements MetricStream {
  readonly #series: AttributeSeries<Gauge>;

  constructor(series: AttributeSeries<Gauge>) {
    this.#series = series;
  }

  measure(value: number, attributes: Attributes | undefined): void {
    this.#series.at(attributes).add(value);
  }
}

/** The last value. */
export class LastValueStream implements MetricStream {
  readonly #series: AttributeSeries<Gauge>;

  constructor(series: AttributeSeries<Gauge>) {
    this.#series = series;
  }

  measure(value: number, attributes: Attributes | undefined): void {
    this.#series.at(attributes).set(value);
  }
}

/** How often values fell where. */
export class HistogramStream implements MetricStream {
  readonly #series: AttributeSeries<Histogram>;
  readonly #sampler: ExemplarSampler;

  constructor(series: AttributeSeries<Histogram>, sampler: ExemplarSampler) {
    this.#series = series;
    this.#sampler = sampler;
  }

  measure(value: number, attributes: Attributes | undefined, context: Context | undefined): void {
    const histogram = this.#series.at(attributes);
    if (context === undefined && this.#series.keepsAll) histogram.record(value);
    else {
      const span = spanOf(this.#sampler, context);
      histogram.recordWithin(
        span,
        value,
        this.#sampler.accepts(span) ? this.#series.dropped(attributes) : undefined,
      );
    }
  }
}

/** Several metrics of one instrument. */
export class SeveralStreams implements MetricStream {
  readonly #streams: readonly MetricStream[];

  constructor(streams: readonly MetricStream[]) {
    this.#streams = streams;
  }

  measure(value: number, attributes: Attributes | undefined, context: Context | undefined): void {
    for (const stream of this.#streams) stream.measure(value, attributes, context);
  }
}

function spanOf(sampler: ExemplarSampler, context: Context | undefined): ExemplarSpan | undefined {
  return context === undefined ? sampler.activeSpan() : sampledIn(context);
}
