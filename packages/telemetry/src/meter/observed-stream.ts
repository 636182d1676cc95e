import type { Attributes } from '@opentelemetry/api';
import { type LabelSet, labelsKey } from '../metrics/label-set.ts';
import type { NumberReading, Series } from '../metrics/metric-family.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { attributeLabels } from './attribute-labels.ts';

/** What a callback observed, by the key of its labels. */
export type Observed = Map<string, Series<NumberReading>>;

export interface ObservedStreamOptions {
  readonly scope: InstrumentationScope;
  readonly seriesMax: number;
  /** Whether series have an attribute of this name. Undefined where they have all. */
  readonly keeps: ((name: string) => boolean) | undefined;
  /** Whether values of attributes that are the same, once some are left out, are added up. */
  readonly adds: boolean;
  /** Called for what found no room. */
  overflowed(): void;
}

/** The series of a metric whose values callbacks give when a reading begins. */
export class ObservedStream {
  readonly #options: ObservedStreamOptions;
  /** Whether two values that have the same labels are parts of one. */
  readonly #adds: boolean;
  /** What each callback observed when it was last called. */
  readonly #observed = new Map<object, Observed>();
  #latest: LabelSet | undefined;

  constructor(options: ObservedStreamOptions) {
    this.#options = options;
    this.#adds = options.adds && options.keeps !== undefined;
  }

  /** Adds a value to what is being observed. Of those with the same attributes the last one counts. */
  observe(observed: Observed, value: number, attributes: Attributes): void {
    const { keeps, overflowed, scope, seriesMax } = this.#options;
    const labels = attributeLabels(attributes, scope, this.#latest, keeps);
    this.#latest = labels;
    const key = labelsKey(labels);
    if (!observed.has(key) && observed.size >= seriesMax) overflowed();
    else this.#put(observed, key, { labels, reading: { value } });
  }

  /** From now on, this is what `observer` observed; undefined when it is gone. */
  keep(observer: object, observed: Observed | undefined): void {
    if (observed === undefined) this.#observed.delete(observer);
    else this.#observed.set(observer, observed);
  }

  /** What all callbacks observed: where two tell the same series, the last one counts. */
  series(): Iterable<Series<NumberReading>> {
    if (this.#observed.size === 1) return this.#observed.values().next().value!.values();
    const all: Observed = new Map();
    for (const observed of this.#observed.values()) {
      for (const [key, series] of observed) this.#put(all, key, series);
    }
    return all.values();
  }

  #put(observed: Observed, key: string, { labels, reading }: Series<NumberReading>): void {
    const before = this.#adds ? (observed.get(key)?.reading.value ?? 0) : 0;
    observed.set(key, { labels, reading: { value: before + reading.value } });
  }
}
