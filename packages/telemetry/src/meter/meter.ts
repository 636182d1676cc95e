import {
  type BatchObservableCallback,
  type Counter as CounterApi,
  createNoopMeter,
  type Gauge as GaugeApi,
  type Histogram as HistogramApi,
  type MetricOptions as InstrumentOptions,
  type Meter as MeterApi,
  type Observable,
  type UpDownCounter as UpDownCounterApi,
} from '@opentelemetry/api';
import type { InstrumentFamilies, Library } from './instrument-families.ts';
import {
  CounterInstrument,
  GaugeInstrument,
  HistogramInstrument,
  UpDownCounterInstrument,
} from './instruments.ts';
import { type MetricStream, SeveralStreams } from './metric-stream.ts';
import { ObservableInstrument } from './observable.ts';
import type { Observations } from './observations.ts';
import type { InstrumentKind } from './view.ts';
import type { StreamPlan, Views } from './views.ts';

/** What instruments that cannot be measured are. */
const nothing: MeterApi = createNoopMeter();

export interface MeterOptions extends Library {
  readonly families: InstrumentFamilies;
  readonly views: Views;
  readonly observations: Observations;
}

/** Makes the instruments of one library. */
export class Meter implements MeterApi {
  readonly #options: MeterOptions;
  readonly #observables = new Map<string, ObservableInstrument>();

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  createCounter(name: string, options: InstrumentOptions = {}): CounterApi {
    const stream = this.#stream(name, 'counter', options);
    return stream === undefined ? nothing.createCounter(name) : new CounterInstrument(name, stream);
  }

  createUpDownCounter(name: string, options: InstrumentOptions = {}): UpDownCounterApi {
    const stream = this.#stream(name, 'up_down_counter', options);
    return stream === undefined ? nothing.createUpDownCounter(name) : new UpDownCounterInstrument(stream);
  }

  createGauge(name: string, options: InstrumentOptions = {}): GaugeApi {
    const stream = this.#stream(name, 'gauge', options);
    return stream === undefined ? nothing.createGauge(name) : new GaugeInstrument(stream);
  }

  createHistogram(name: string, options: InstrumentOptions = {}): HistogramApi {
    const stream = this.#stream(name, 'histogram', options);
    return stream === undefined ? nothing.createHistogram(name) : new HistogramInstrument(name, stream);
  }

  createObservableCounter(name: string, options: InstrumentOptions = {}): Observable {
    return this.#observable(name, 'observable_counter', options);
  }

  createObservableUpDownCounter(name: string, options: InstrumentOptions = {}): Observable {
    return this.#observable(name, 'observable_up_down_counter', options);
  }

  createObservableGauge(name: string, options: InstrumentOptions = {}): Observable {
    return this.#observable(name, 'observable_gauge', options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#options.observations.add(callback, ownInstruments(observables), callback);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#options.observations.remove(callback, ownInstruments(observables));
  }

  /** Where measurements go. Undefined where nobody wants them. */
  #stream(name: string, kind: InstrumentKind, options: InstrumentOptions): MetricStream | undefined {
    const { families } = this.#options;
    const streams = this.#plans(name, kind, options)
      .map((plan) => families.stream(plan, this.#options, options.advice))
      .filter((stream) => stream !== undefined);
    return streams.length > 1 ? new SeveralStreams(streams) : streams[0];
  }

  #observable(name: string, kind: InstrumentKind, options: InstrumentOptions): Observable {
    const { families, observations } = this.#options;
    const key = `${kind} ${options.unit ?? ''} ${name}`;
    const known = this.#observables.get(key);
    if (known !== undefined) return known;
    const streams = this.#plans(name, kind, options)
      .map((plan) => families.observed(plan, this.#options))
      .filter((stream) => stream !== undefined);
    if (streams.length === 0) return nothing.createObservableGauge(name);
    const instrument = new ObservableInstrument(streams, observations);
    this.#observables.set(key, instrument);
    return instrument;
  }

  #plans(
    name: string,
    kind: InstrumentKind,
    { description = '', unit = '' }: InstrumentOptions,
  ): StreamPlan[] {
    const { scope, views } = this.#options;
    return views.plansFor({ scope, name, kind, description, unit });
  }
}

/** Without those of other implementations, and those that measure nothing. */
function ownInstruments(observables: readonly Observable[]): ObservableInstrument[] {
  return observables.filter((observable) => observable instanceof ObservableInstrument);
}
