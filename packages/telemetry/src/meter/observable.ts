import type { Attributes, Observable, ObservableCallback } from '@opentelemetry/api';
import { type LabelSet, labelsKey } from '../metrics/label-set.ts';
import type { NumberReading, Series } from '../metrics/metric-family.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { attributeLabels } from './attribute-labels.ts';
import type { Observations } from './observations.ts';

/** What callbacks observed, by the key of its labels. */
export type Observed = Map<string, Series<NumberReading>>;

export interface ObservableOptions {
  readonly scope: InstrumentationScope;
  readonly seriesMax: number;
  /** Called for what found no room. */
  overflowed(): void;
}

/** An instrument whose values callbacks give when a reading begins. */
export class ObservableInstrument implements Observable {
  readonly #options: ObservableOptions;
  readonly #observations: Observations;
  /** What each callback observed when it was last called. */
  readonly #observed = new Map<object, Observed>();
  #latest: LabelSet | undefined;

  constructor(options: ObservableOptions, observations: Observations) {
    this.#options = options;
    this.#observations = observations;
  }

  addCallback(callback: ObservableCallback): void {
    this.#observations.add(callback, [this], (result) =>
      callback({ observe: (value, attributes) => result.observe(this, value, attributes) }),
    );
  }

  removeCallback(callback: ObservableCallback): void {
    this.#observations.remove(callback, [this]);
  }

  /** Adds a value to what is being observed. Of those with the same attributes the last one counts. */
  observe(observed: Observed, value: number, attributes: Attributes = {}): void {
    const labels = attributeLabels(attributes, this.#options.scope, this.#latest);
    this.#latest = labels;
    const key = labelsKey(labels);
    if (!observed.has(key) && observed.size >= this.#options.seriesMax) this.#options.overflowed();
    else observed.set(key, { labels, reading: { value } });
  }

  /** From now on, this is what `observer` observed; undefined when it is gone. */
  keep(observer: object, observed: Observed | undefined): void {
    if (observed === undefined) this.#observed.delete(observer);
    else this.#observed.set(observer, observed);
  }

  /** What all callbacks observed: where two tell the same series, the last one counts. */
  series(): Iterable<Series<NumberReading>> {
    if (this.#observed.size === 1) return this.#observed.values().next().value!.values();
    return new Map([...this.#observed.values()].flatMap((observed) => [...observed])).values();
  }
}
