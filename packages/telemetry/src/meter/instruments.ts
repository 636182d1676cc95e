import {
  type Attributes,
  type Context,
  type Counter as CounterApi,
  diag,
  type Gauge as GaugeApi,
  type Histogram as HistogramApi,
  type UpDownCounter as UpDownCounterApi,
} from '@opentelemetry/api';
import type { MetricStream } from './metric-stream.ts';

/** What measures: each as OpenTelemetry's API has it. None of them throws; what makes no sense is told to `diag` and left out. */

export class CounterInstrument implements CounterApi {
  readonly #name: string;
  readonly #stream: MetricStream;

  constructor(name: string, stream: MetricStream) {
    this.#name = name;
    this.#stream = stream;
  }

  add(value: number, attributes?: Attributes, context?: Context): void {
    if (value >= 0) this.#stream.measure(value, attributes, context);
    else diag.warn(`counter ${this.#name} was given ${value}: left out, since it never falls`);
  }
}

export class UpDownCounterInstrument implements UpDownCounterApi {
  readonly #stream: MetricStream;

  constructor(stream: MetricStream) {
    this.#stream = stream;
  }

  add(value: number, attributes?: Attributes, context?: Context): void {
    this.#stream.measure(value, attributes, context);
  }
}

export class GaugeInstrument implements GaugeApi {
  readonly #stream: MetricStream;

  constructor(stream: MetricStream) {
    this.#stream = stream;
  }

  record(value: number, attributes?: Attributes, context?: Context): void {
    this.#stream.measure(value, attributes, context);
  }
}

export class HistogramInstrument implements HistogramApi {
  readonly #name: string;
  readonly #stream: MetricStream;

  constructor(name: string, stream: MetricStream) {
    this.#name = name;
    this.#stream = stream;
  }

  record(value: number, attributes?: Attributes, context?: Context): void {
    if (value >= 0) this.#stream.measure(value, attributes, context);
    else diag.warn(`histogram ${this.#name} was given ${value}: left out, since it takes none below zero`);
  }
}
