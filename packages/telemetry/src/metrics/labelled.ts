import { assert, invalidArgument } from '@holdfast/core';
import { LabelSet } from './label-set.ts';
import { LimitedSeries, type LimitedSeriesOptions } from './limited-series.ts';
import type { Series } from './metric-family.ts';

/** The value of every label of a metric. */
export type Labels<Name extends string> = { readonly [N in Name]: string };

/** The series of a metric whose labels have fixed names. */
export class Labelled<Name extends string, Handle> {
  readonly #labelNames: readonly Name[];
  readonly #series: LimitedSeries<Handle>;

  constructor(labelNames: readonly Name[], options: Omit<LimitedSeriesOptions<Handle>, 'overflowLabels'>) {
    this.#labelNames = labelNames;
    const overflowLabels = () => {
      const values = labelNames.map(() => 'overflow');
      return { key: keyOf(values), labels: new LabelSet(labelNames, values) };
    };
    this.#series = new LimitedSeries({ ...options, overflowLabels });
  }

  /**
   * The series with these labels: the same object for the same labels. Get it once and keep it: writing to it is much
   * cheaper than looking it up.
   *
   * @throws HoldfastError INVALID_ARGUMENT when a label is missing or unknown; SERIES_EXHAUSTED.
   */
  with(labels: Labels<Name>): Handle {
    const values = this.#valuesOf(labels);
    const key = keyOf(values);
    return this.#series.find(key) ?? this.#series.add(key, new LabelSet(this.#labelNames, values));
  }

  /** Forgets the series with these labels: its subject is gone. What is written to it afterwards is not seen. */
  remove(labels: Labels<Name>): void {
    this.#series.delete(keyOf(this.#valuesOf(labels)));
  }

  /** All series, in the order in which they appeared. */
  series(): Iterable<Series<Handle>> {
    return this.#series.all();
  }

  #valuesOf(labels: Labels<Name>): string[] {
    const names = this.#labelNames;
    const unknown = Object.keys(labels).find((name) => !names.includes(name as Name));
    if (unknown !== undefined) {
      throw invalidArgument(
        `labels.${unknown}`,
        labels[unknown as Name],
        `left out: the labels are ${names}`,
      );
    }
    return names.map((name) => {
      const value: unknown = labels[name];
      if (typeof value !== 'string') throw invalidArgument(`labels.${name}`, value, 'a text');
      return value;
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
