import type { Clock } from '@holdfast/core';
import type { InstrumentationScope } from '../resource/resource.ts';
import type { MetricFamily } from './metric-family.ts';
import {
  type ExponentialPoint,
  type HistogramPoint,
  type MetricBatch,
  type MetricPoints,
  metricBatchPoints,
  type NumberPoint,
} from './metric-points.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { Temporality } from './temporality.ts';
import { type Point, ToldSeries } from './told-series.ts';

/** Who measures what is registered at a registry itself. */
const ownScope: InstrumentationScope = {
  name: '@holdfast/telemetry',
  version: undefined,
  schemaUrl: undefined,
};

/**
 * Reads all metrics. Each batch is read when it is asked for, so that its reader can give others a turn between two.
 *
 * @param told - what is new to whoever reads. Default everything, counted since the beginning.
 */
export function* metricBatches(
  registry: MetricRegistry,
  clock: Clock,
  told: ToldSeries = new ToldSeries('cumulative'),
): Generator<MetricBatch> {
  const families = registry.families();
  let batch = new GrowingBatch(clock);
  const end = told.begin(registry, batch.time);
  for (const family of families) {
    for (const series of family.series()) {
      const point = told.tell(family, series, batch.time);
      if (point === undefined) continue;
      batch.add(family, series.labels.scope ?? ownScope, point);
      if (batch.size < metricBatchPoints) continue;
      yield batch.finish(registry, told);
      batch = new GrowingBatch(clock);
    }
  }
  if (batch.size > 0) yield batch.finish(registry, told);
  end();
}

class GrowingBatch {
  size = 0;
  /** Microseconds since the Unix epoch. */
  readonly time: number;
  readonly #scopes = new Map<InstrumentationScope, Map<MetricFamily, Point[]>>();

  constructor(clock: Clock) {
    this.time = clock.wall() * 1_000;
  }

  add(family: MetricFamily, scope: InstrumentationScope, point: Point): void {
    const families = entry(this.#scopes, scope, () => new Map<MetricFamily, Point[]>());
    entry(families, family, (): Point[] => []).push(point);
    this.size += 1;
  }

  finish({ startedAt }: MetricRegistry, told: ToldSeries): MetricBatch {
    const metrics = [...this.#scopes].flatMap(([scope, families]) =>
      [...families].map(([family, points]) => metricOf(scope, family, points, told.temporalityOf(family))),
    );
    return { startTime: startedAt * 1_000, time: this.time, metrics };
  }
}

function metricOf(
  scope: InstrumentationScope,
  family: MetricFamily,
  points: readonly Point[],
  temporality: Temporality,
): MetricPoints {
  const identity = { scope, name: family.name, description: family.help, unit: family.unit };
  switch (family.kind) {
    case 'histogram':
      if ('scale' in points[0]!) {
        return { ...identity, kind: 'exponential', temporality, points: points as ExponentialPoint[] };
      }
      return { ...identity, kind: 'histogram', temporality, points: points as HistogramPoint[] };
    case 'counter':
    case 'updown':
      return {
        ...identity,
        kind: 'sum',
        monotonic: family.kind === 'counter',
        temporality,
        points: points as NumberPoint[],
      };
    case 'gauge':
    case 'unknown':
      return { ...identity, kind: 'gauge', points: points as NumberPoint[] };
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
