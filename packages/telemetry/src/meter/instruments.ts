import {
  type Attributes,
  type Context,
  type Counter as CounterApi,
  diag,
  type Gauge as GaugeApi,
  type Histogram as HistogramApi,
  type UpDownCounter as UpDownCounterApi,
} from '@opentelemetry/api';
import type { Counter } from '../metrics/counter.ts';
import type { Gauge } from '../metrics/gauge.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { sampledIn } from '../trace/sampled-spans.ts';
import type { AttributeSeries } from './attribute-series.ts';

/** What measures: each as OpenTelemetry's API has it. None of them throws; what makes no sense is told to `diag` and left out. */

export class CounterInstrument implements CounterApi {
  readonly #name: string;
  readonly #series: AttributeSeries<Counter>;

  constructor(name: string, series: AttributeSeries<Counter>) {
    this.#name = name;
    this.#series = series;
  }

  add(value: number, attributes?: Attributes, context?: Context): void {
    if (value >= 0) {
      const series = this.#series.at(attributes);
      if (context === undefined) series.add(value);
      else series.addWithin(sampledIn(context), value);
    } else diag.warn(`counter ${this.#name} was given ${value}: left out, since it never falls`);
  }
}

export class UpDownCounterInstrument implements UpDownCounterApi {
  readonly #series: AttributeSeries<Gauge>;

  constructor(series: AttributeSeries<Gauge>) {
    this.#series = series;
  }

  add(value: number, attributes?: Attributes): void {
    this.#series.at(attributes).add(value);
  }
}

export class GaugeInstrument implements GaugeApi {
  readonly #series: AttributeSeries<Gauge>;

  constructor(series: AttributeSeries<Gauge>) {
    this.#series = series;
  }

  record(value: number, attributes?: Attributes): void {
    this.#series.at(attributes).set(value);
  }
}

export class HistogramInstrument implements HistogramApi {
  readonly #name: string;
  readonly #series: AttributeSeries<Histogram>;

  constructor(name: string, series: AttributeSeries<Histogram>) {
    this.#name = name;
    this.#series = series;
  }

  record(value: number, attributes?: Attributes, context?: Context): void {
    if (value >= 0) {
      const series = this.#series.at(attributes);
      if (context === undefined) series.record(value);
      else series.recordWithin(sampledIn(context), value);
    } else diag.warn(`histogram ${this.#name} was given ${value}: left out, since it takes none below zero`);
  }
}
