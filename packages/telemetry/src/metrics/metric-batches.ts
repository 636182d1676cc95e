import type { Clock } from '@holdfast/core';
import type { InstrumentationScope } from '../resource/resource.ts';
import type { HistogramReading, MetricFamily, NumberReading, Series } from './metric-family.ts';
import {
  type HistogramPoint,
  type MetricBatch,
  type MetricPoints,
  metricBatchPoints,
  type NumberPoint,
} from './metric-points.ts';
import type { MetricRegistry } from './metric-registry.ts';

/** Who measures what is registered at a registry itself. */
const ownScope: InstrumentationScope = {
  name: '@holdfast/telemetry',
  version: undefined,
  schemaUrl: undefined,
};

/** Reads all metrics. Each batch is read when it is asked for, so that its reader can give others a turn between two. */
export function* metricBatches(registry: MetricRegistry, clock: Clock): Generator<MetricBatch> {
  let batch = new GrowingBatch();
  for (const family of registry.families()) {
    for (const series of family.series()) {
      batch.add(family, series);
      if (batch.size < metricBatchPoints) continue;
      yield batch.finish(registry, clock);
      batch = new GrowingBatch();
    }
  }
  if (batch.size > 0) yield batch.finish(registry, clock);
}

type Point = NumberPoint | HistogramPoint;

class GrowingBatch {
  size = 0;
  readonly #scopes = new Map<InstrumentationScope, Map<MetricFamily, Point[]>>();

  add(family: MetricFamily, { labels, reading }: Series<NumberReading | HistogramReading>): void {
    const families = entry(this.#scopes, labels.scope ?? ownScope, () => new Map<MetricFamily, Point[]>());
    const points = entry(families, family, (): Point[] => []);
    points.push(pointOf(labels.attributes, reading));
    this.size += 1;
  }

  finish({ startedAt }: MetricRegistry, clock: Clock): MetricBatch {
    const metrics = [...this.#scopes].flatMap(([scope, families]) =>
      [...families].map(([family, points]) => metricOf(scope, family, points)),
    );
    return { startTime: startedAt * 1_000, time: clock.wall() * 1_000, metrics };
  }
}

function pointOf(attributes: Point['attributes'], reading: NumberReading | HistogramReading): Point {
  if ('value' in reading) return { attributes, value: reading.value };
  return { attributes, bounds: reading.bounds, counts: Float64Array.from(reading.counts), sum: reading.sum };
}

function metricOf(scope: InstrumentationScope, family: MetricFamily, points: readonly Point[]): MetricPoints {
  const identity = { scope, name: family.name, description: family.help, unit: family.unit };
  switch (family.kind) {
    case 'histogram':
      return { ...identity, kind: 'histogram', points: points as HistogramPoint[] };
    case 'counter':
    case 'updown':
      return {
        ...identity,
        kind: 'sum',
        monotonic: family.kind === 'counter',
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
