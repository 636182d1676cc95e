import { assert, invalidArgument } from '@holdfast/core';
import { telemetryErrors } from '../telemetry-errors.ts';
import type { Series } from './metric-family.ts';

/** The value of every label of a metric. */
export type Labels<Name extends string> = { readonly [N in Name]: string };

/**
 * What becomes of label sets beyond a metric's limit. `merge`: they share one series, whose labels all say `overflow`.
 * `drop`: their values are not kept. `refuse`: {@link Labelled.with} throws SERIES_EXHAUSTED.
 */
export type OverflowBehaviour = 'merge' | 'drop' | 'refuse';

export interface LabelledOptions<Name extends string, Handle> {
  readonly metric: string;
  readonly labelNames: readonly Name[];
  readonly seriesMax: number;
  readonly overflow: OverflowBehaviour;
  make(): Handle;
  /** Called for each label set that found no room. */
  overflowed(): void;
}

interface Entry<Handle> extends Series<Handle> {
  readonly key: string;
}

const loneSurrogates = /\p{Surrogate}/gu;

/** The series of one metric by their labels, at most so many. */
export class Labelled<Name extends string, Handle> {
  readonly #options: LabelledOptions<Name, Handle>;
  readonly #entries = new Map<string, Entry<Handle>>();
  #ordered: Entry<Handle>[] | undefined;
  #merged: Entry<Handle> | undefined;
  #dropped: Handle | undefined;

  constructor(options: LabelledOptions<Name, Handle>) {
    this.#options = options;
  }

  /**
   * The series with these labels: the same object for the same labels. Get it once and keep it: writing to it is much
   * cheaper than looking it up.
   *
   * @throws HoldfastError INVALID_ARGUMENT when a label is missing or unknown; SERIES_EXHAUSTED.
   */
  with(labels: Labels<Name>): Handle {
    const labelValues = this.#valuesOf(labels);
    const key = keyOf(labelValues);
    const known = this.#entries.get(key);
    if (known !== undefined) return known.reading;
    const { make, metric, overflow, overflowed, seriesMax } = this.#options;
    if (this.#entries.size < seriesMax) return this.#enter({ key, labelValues, reading: make() });
    overflowed();
    if (overflow === 'drop') {
      this.#dropped ??= make();
      return this.#dropped;
    }
    if (overflow === 'merge') return this.#overflowSeries();
    throw telemetryErrors.create('SERIES_EXHAUSTED', {
      message: `${metric} has all the ${seriesMax} label sets that it may have: raise its seriesMax, or use fewer`,
      context: { metric, seriesMax },
    });
  }

  /** Forgets the series with these labels: its subject is gone. What is written to it afterwards is not seen. */
  remove(labels: Labels<Name>): void {
    if (this.#entries.delete(keyOf(this.#valuesOf(labels)))) this.#ordered = undefined;
  }

  /** All series, ordered by their label values. */
  series(): readonly Series<Handle>[] {
    this.#ordered ??= [...this.#entries.values(), ...(this.#merged === undefined ? [] : [this.#merged])].sort(
      (a, b) => (a.key < b.key ? -1 : 1),
    );
    return this.#ordered;
  }

  #enter(entry: Entry<Handle>): Handle {
    this.#entries.set(entry.key, entry);
    this.#ordered = undefined;
    return entry.reading;
  }

  #overflowSeries(): Handle {
    const labelValues = this.#options.labelNames.map(() => 'overflow');
    const key = keyOf(labelValues);
    const known = this.#entries.get(key);
    if (known !== undefined) return known.reading;
    if (this.#merged === undefined) {
      this.#merged = { key, labelValues, reading: this.#options.make() };
      this.#ordered = undefined;
    }
    return this.#merged.reading;
  }

  #valuesOf(labels: Labels<Name>): string[] {
    const { labelNames } = this.#options;
    const unknown = Object.keys(labels).find((name) => !labelNames.includes(name as Name));
    if (unknown !== undefined) {
      throw invalidArgument(
        `labels.${unknown}`,
        labels[unknown as Name],
        `left out: the labels are ${labelNames}`,
      );
    }
    return labelNames.map((name) => {
      const value: unknown = labels[name];
      if (typeof value !== 'string') throw invalidArgument(`labels.${name}`, value, 'a text');
      return value.replace(loneSurrogates, '\ufffd');
    });
  }
}

/** No two lists of values have the same key: each value ends where its length says. */
function keyOf(values: readonly string[]): string {
  if (values.length === 1) return values[0]!;
  let key = '';
  for (const value of values) key += `${value}\u0000${value.length}\u0000`;
  assert(values.length > 0, 'a metric with labels has at least one');
  return key;
}
