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
    const key = this.#keyOf(labels);
    return this.#series.find(key) ?? this.#series.add(key, this.#labelSetOf(labels));
  }

  /** Forgets the series with these labels: its subject is gone. What is written to it afterwards is not seen. */
  remove(labels: Labels<Name>): void {
    this.#series.delete(this.#keyOf(labels));
  }

  /** All series, in the order in which they appeared. */
  series(): Iterable<Series<Handle>> {
    return this.#series.all();
  }

  #labelSetOf(labels: Labels<Name>): LabelSet {
    const names = this.#labelNames;
    return new LabelSet(
      names,
      names.map((name) => labels[name]),
    );
  }

  /** Checks the labels, and makes no lists: most that are asked for are known. */
  #keyOf(labels: Labels<Name>): string {
    const names = this.#labelNames;
    for (const name in labels) {
      if (names.includes(name)) continue;
      throw invalidArgument(`labels.${name}`, labels[name], `left out: the labels are ${names}`);
    }
    let key = '';
    for (const name of names) {
      const value: unknown = labels[name];
      if (typeof value !== 'string') throw invalidArgument(`labels.${name}`, value, 'a text');
      key += keyPart(value, names.length);
    }
    return key;
  }
}

/** No two lists of values have the same key: of several, each value ends where its length says. */
function keyPart(value: string, values: number): string {
  return values === 1 ? value : `${value}\u0000${value.length}\u0000`;
}

function keyOf(values: readonly string[]): string {
  assert(values.length > 0, 'a metric with labels has at least one');
  return values.map((value) => keyPart(value, values.length)).join('');
}
