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
import type { LimitedSeries } from '../metrics/limited-series.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { AttributeSeries } from './attribute-series.ts';
import type { InstrumentFamilies } from './instrument-families.ts';
import {
  CounterInstrument,
  GaugeInstrument,
  HistogramInstrument,
  UpDownCounterInstrument,
} from './instruments.ts';
import { ObservableInstrument } from './observable.ts';
import type { Observations } from './observations.ts';

/** What instruments that cannot be measured are. */
const nothing: MeterApi = createNoopMeter();

export interface MeterOptions {
  readonly scope: InstrumentationScope;
  /** Tells the library from others. */
  readonly scopeKey: string;
  readonly families: InstrumentFamilies;
  readonly observations: Observations;
  readonly seriesMax: number;
  overflowed(metric: string): void;
}

/** Makes the instruments of one library. */
export class Meter implements MeterApi {
  readonly #options: MeterOptions;
  readonly #observables = new Map<Set<ObservableInstrument>, ObservableInstrument>();

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  createCounter(name: string, options: InstrumentOptions = {}): CounterApi {
    const series = this.#options.families.counter(name, options);
    return series === undefined
      ? nothing.createCounter(name)
      : new CounterInstrument(name, this.#own(series));
  }

  createUpDownCounter(name: string, options: InstrumentOptions = {}): UpDownCounterApi {
    const series = this.#options.families.gauge(name, 'updown', options);
    return series === undefined
      ? nothing.createUpDownCounter(name)
      : new UpDownCounterInstrument(this.#own(series));
  }

  createGauge(name: string, options: InstrumentOptions = {}): GaugeApi {
    const series = this.#options.families.gauge(name, 'gauge', options);
    return series === undefined ? nothing.createGauge(name) : new GaugeInstrument(this.#own(series));
  }

  createHistogram(name: string, options: InstrumentOptions = {}): HistogramApi {
    const series = this.#options.families.histogram(name, options);
    return series === undefined
      ? nothing.createHistogram(name)
      : new HistogramInstrument(name, this.#own(series));
  }

  createObservableCounter(name: string, options: InstrumentOptions = {}): Observable {
    return this.#observable(name, 'counter', options);
  }

  createObservableUpDownCounter(name: string, options: InstrumentOptions = {}): Observable {
    return this.#observable(name, 'updown', options);
  }

  createObservableGauge(name: string, options: InstrumentOptions = {}): Observable {
    return this.#observable(name, 'gauge', options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#options.observations.add(callback, ownInstruments(observables), callback);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.#options.observations.remove(callback, ownInstruments(observables));
  }

  #own<Handle>(series: LimitedSeries<Handle>): AttributeSeries<Handle> {
    return new AttributeSeries(series, this.#options.scope, this.#options.scopeKey);
  }

  #observable(name: string, kind: 'counter' | 'updown' | 'gauge', options: InstrumentOptions): Observable {
    const { families, observations, overflowed, scope, seriesMax } = this.#options;
    const instruments = families.observed(name, kind, options);
    if (instruments === undefined) return nothing.createObservableGauge(name);
    let instrument = this.#observables.get(instruments);
    if (instrument === undefined) {
      instrument = new ObservableInstrument(
        { scope, seriesMax, overflowed: () => overflowed(name) },
        observations,
      );
      this.#observables.set(instruments, instrument);
      instruments.add(instrument);
    }
    return instrument;
  }
}

/** Without those of other implementations, and those that measure nothing. */
function ownInstruments(observables: readonly Observable[]): ObservableInstrument[] {
  return observables.filter((observable) => observable instanceof ObservableInstrument);
}
