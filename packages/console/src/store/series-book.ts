import type { MetricBatch } from '../otlp/metric-batch.ts';
import type { Resource } from './shape-book.ts';

/** What the points of a metric have in common: a row of the table `series`. */
export interface MetricSeries {
  readonly id: number;
  readonly resource: Resource;
  readonly name: string;
  /** In UCUM; empty for none. */
  readonly unit: string;
  /** A number of `metricKinds`. */
  readonly kind: number;
  /** OpenTelemetry's number. */
  readonly temporality: number;
  readonly monotonic: boolean;
  readonly scope: string;
  readonly attributesJson: string;
}

/** No series: there are too many of them. */
export const noSeries = 0;

/** Gives each series of metrics a number. Beyond its limit it gives none. */
export class SeriesBook {
  /** By id; the first stands for none. */
  readonly series: (MetricSeries | undefined)[] = [undefined];
  readonly #seriesMax: number;
  readonly #byKey = new Map<string, number>();
  #saved = 1;

  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax;
  }

  unsaved(): readonly MetricSeries[] {
    return this.series.slice(this.#saved) as MetricSeries[];
  }

  saved(series: readonly MetricSeries[]): void {
    this.#saved += series.length;
  }

  /** Takes up what the store holds. */
  restore(series: readonly MetricSeries[]): void {
    for (const each of series) this.#keep(each);
    this.#saved = this.series.length;
  }

  /** The series of each point; `resources` are those of the batch. */
  seriesOf(batch: MetricBatch, resources: readonly Resource[]): Uint32Array {
    const { length, texts, names, units, kinds, temporalities, monotonic, scopes, resourceOf } = batch;
    const ids = new Uint32Array(length);
    for (let row = 0; row < length; row++) {
      const series = {
        resource: resources[resourceOf[row]!]!,
        name: texts[names[row]!]!,
        unit: texts[units[row]!]!,
        kind: kinds[row]!,
        temporality: temporalities[row]!,
        monotonic: monotonic[row] === 1,
        scope: texts[scopes[row]!]!,
        attributesJson: batch.attributesJson(row),
      };
      const found = this.#byKey.get(keyOf(series));
      if (found !== undefined) ids[row] = found;
      else if (this.series.length > this.#seriesMax) ids[row] = noSeries;
      else ids[row] = this.#keep({ id: this.series.length, ...series });
    }
    return ids;
  }

  #keep(series: MetricSeries): number {
    this.series[series.id] = series;
    this.#byKey.set(keyOf(series), series.id);
    return series.id;
  }
}

function keyOf(series: Omit<MetricSeries, 'id'>): string {
  const { resource, name, unit, kind, temporality, monotonic, scope, attributesJson } = series;
  return `${resource.id}\0${name}\0${unit}\0${kind}\0${temporality}\0${monotonic}\0${scope}\0${attributesJson}`;
}
