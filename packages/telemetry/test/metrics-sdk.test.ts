// Goal: whoever comes from OpenTelemetry's own SDK is told the same. Method: the same measurements by both, in the same order, read at
// the same moments; what is told is compared.
import { platformWorld } from '@holdfast/core';
import type { Attributes, MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  InstrumentType,
  type MetricData,
  MetricReader,
  MeterProvider as SdkMeterProvider,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BucketCounts,
  MeterProvider,
  type MetricPoints,
  MetricRegistry,
  metricBatches,
  type TemporalityPreference,
  ToldSeries,
  type View,
} from '../src/index.ts';

class PulledReader extends MetricReader {
  async onShutdown(): Promise<void> {}
  async onForceFlush(): Promise<void> {}
}

type Measurement = {
  readonly on: 'calls' | 'active' | 'took';
  readonly value: number;
  readonly user: number;
};

/** What is told of a point, whoever tells it. */
type Told = Record<string, unknown>;

const measurement = fc.record({
  on: fc.constantFrom('calls', 'active', 'took'),
  // Of which sums are exact, in whatever order they are added.
  value: fc.integer({ min: 1, max: 2 ** 24 }).map((value) => value / 256),
  user: fc.nat(2),
});
const readings = fc.array(fc.array(measurement, { maxLength: 15 }), { minLength: 1, maxLength: 4 });

const bounds = [1, 10, 100];
const histogramView: ViewOptions = {
  instrumentName: 'took',
  aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: bounds } },
};

test('cumulative sums and histograms', () =>
  compare(
    'cumulative',
    [histogramView],
    [{ select: { name: 'took' }, aggregation: { kind: 'explicit_bucket_histogram', bounds } }],
  ));

test('deltas', () =>
  compare(
    'delta',
    [histogramView],
    [{ select: { name: 'took' }, aggregation: { kind: 'explicit_bucket_histogram', bounds } }],
  ));

test('exponential histograms, by scale and bucket', () =>
  compare(
    'cumulative',
    [
      {
        instrumentName: 'took',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20 } },
      },
    ],
    [{ select: { name: 'took' }, aggregation: { kind: 'base2_exponential_bucket_histogram', maxSize: 20 } }],
  ));

test('views that rename, leave out attributes, drop and add up', () =>
  compare(
    'cumulative',
    [
      {
        instrumentName: 'calls',
        name: 'c',
        attributesProcessors: [createAllowListAttributesProcessor(['a'])],
      },
      { instrumentName: 'act*', attributesProcessors: [createDenyListAttributesProcessor(['user'])] },
      { instrumentType: InstrumentType.HISTOGRAM, aggregation: { type: AggregationType.SUM } },
      { instrumentName: 'calls', aggregation: { type: AggregationType.DROP } },
    ],
    [
      { select: { name: 'calls' }, name: 'c', attributes: { keep: ['a'] } },
      { select: { name: 'act*' }, attributes: { drop: ['user'] } },
      { select: { kind: 'histogram' }, aggregation: { kind: 'sum' } },
      { select: { name: 'calls' }, aggregation: { kind: 'drop' } },
    ],
  ));

async function compare(
  preference: TemporalityPreference,
  sdkViews: ViewOptions[],
  views: View[],
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(readings, async (rounds) => {
      const reader = new PulledReader({
        aggregationTemporalitySelector: (type) =>
          preference === 'delta' && type !== InstrumentType.UP_DOWN_COUNTER
            ? AggregationTemporality.DELTA
            : AggregationTemporality.CUMULATIVE,
      });
      const measureSdk = measurer(new SdkMeterProvider({ readers: [reader], views: sdkViews }));
      const registry = new MetricRegistry();
      const measure = measurer(new MeterProvider({ registry, views }));
      const told = new ToldSeries(preference);
      for (const measurements of rounds) {
        for (const each of measurements) {
          measureSdk(each);
          measure(each);
        }
        const { resourceMetrics } = await reader.collect();
        const expected = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(bySdk));
        const found = [...metricBatches(registry, platformWorld().clock, told)].flatMap(({ metrics }) =>
          metrics.flatMap(byHoldfast),
        );
        told.settle(true);
        expect(sorted(found)).toEqual(sorted(expected));
      }
    }),
    { numRuns: 60 },
  );
}

function measurer(provider: MeterProviderApi): (measurement: Measurement) => void {
  const meter = provider.getMeter('shop');
  const calls = meter.createCounter('calls');
  const active = meter.createUpDownCounter('active');
  const took = meter.createHistogram('took');
  return ({ on, user, value }) => {
    const attributes: Attributes = { user, a: user % 2 === 0 };
    if (on === 'calls') calls.add(value, attributes);
    else if (on === 'active') active.add(value, attributes);
    else took.record(value, attributes);
  };
}

function bySdk(metric: MetricData): Told[] {
  const delta = metric.aggregationTemporality === AggregationTemporality.DELTA;
  return metric.dataPoints.map(({ attributes, value }) => {
    const point = { name: metric.descriptor.name, attributes, delta };
    if (typeof value === 'number') return { ...point, value };
    if ('buckets' in value) {
      const { boundaries, counts } = value.buckets;
      const { max, min, sum = 0 } = value;
      return { ...point, bounds: boundaries, counts, sum, min, max };
    }
    const { max, min, positive, scale, sum = 0, zeroCount } = value;
    const range = trimmed(positive.offset, positive.bucketCounts);
    return { ...point, scale, zeroCount, positive: range, sum, min, max };
  });
}

function byHoldfast(metric: MetricPoints): Told[] {
  const delta = metric.kind !== 'gauge' && metric.temporality === 'delta';
  return metric.points.map((found) => {
    const point = { name: metric.name, attributes: found.attributes, delta };
    if ('value' in found) return { ...point, value: found.value };
    if ('counts' in found) {
      const { bounds, counts, max, min, sum } = found;
      return { ...point, bounds, counts: Array.from(counts), sum, min, max };
    }
    const { max, min, positive, scale, sum, zeroCount } = found;
    return { ...point, scale, zeroCount, positive: ofRange(positive), sum, min, max };
  });
}

function ofRange({ counts, offset }: BucketCounts): object {
  return trimmed(offset, Array.from(counts));
}

/** Without empty buckets at either end, wherever a range without any begins. */
function trimmed(offset: number, counts: number[]): object {
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return { offset: 0, counts: [] };
  return {
    offset: offset + first,
    counts: counts.slice(first, counts.findLastIndex((count) => count > 0) + 1),
  };
}

function sorted(told: readonly Told[]): Told[] {
  const keyOf = ({ attributes, name }: Told): string =>
    `${name} ${Object.entries(attributes as Attributes).sort()}`;
  return told.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
