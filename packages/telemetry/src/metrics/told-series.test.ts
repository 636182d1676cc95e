import { ManualWorld } from '@holdfast/core';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { metricBatches } from './metric-batches.ts';
import type { ExponentialPoints, HistogramPoints, MetricBatch, NumberPoint } from './metric-points.ts';
import { MetricRegistry } from './metric-registry.ts';
import { type Point, ToldSeries } from './told-series.ts';

const help = 'Something.';
let world: ManualWorld;
let registry: MetricRegistry;

beforeEach(() => {
  world = new ManualWorld();
  registry = new MetricRegistry({ world });
});

interface Told {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly temporality: string | undefined;
  readonly value: number;
}

/** What a reading tells, with its times in seconds since the registry began. */
function read(told: ToldSeries, arrived = true): Told[] {
  const found: Told[] = [];
  const since = registry.startedAt * 1_000;
  for (const batch of metricBatches(registry, world.clock, told)) {
    for (const metric of batch.metrics) {
      for (const point of metric.points) {
        found.push({
          name: metric.name,
          from: ((point.startTime ?? batch.startTime) - since) / 1e6,
          to: (batch.time - since) / 1e6,
          temporality: metric.kind === 'gauge' ? undefined : metric.temporality,
          value: countIn(point),
        });
      }
    }
    told.settle(arrived);
  }
  return found;
}

function countIn(point: Point): number {
  if ('value' in point) return point.value;
  const counts =
    'counts' in point
      ? Array.from(point.counts)
      : [...point.positive.counts, ...point.negative.counts, point.zeroCount];
  return counts.reduce((sum, count) => sum + count, 0);
}

const values = (found: readonly Told[]) => Object.fromEntries(found.map(({ name, value }) => [name, value]));

describe('a reader that prefers deltas', () => {
  test('is told what was added since its last reading, and when that was', async () => {
    const told = new ToldSeries('delta');
    const calls = registry.counter('calls', { help });
    const took = registry.histogram('took', { help });
    calls.add(3);
    took.record(1);
    await world.advance('10s');
    expect(read(told)).toEqual([
      { name: 'calls', from: 0, to: 10, temporality: 'delta', value: 3 },
      { name: 'took', from: 0, to: 10, temporality: 'delta', value: 1 },
    ]);
    await world.advance('10s');
    calls.add(2);
    const late = registry.counter('late', { help });
    late.add(7);
    await world.advance('5s');
    expect(read(told)).toEqual([
      { name: 'calls', from: 10, to: 25, temporality: 'delta', value: 2 },
      { name: 'late', from: 10, to: 25, temporality: 'delta', value: 7 },
    ]);
  });

  test('is told again what was lost, with what came after it', async () => {
    const told = new ToldSeries('delta');
    const calls = registry.counter('calls', { help });
    calls.add(3);
    await world.advance('10s');
    read(told, false);
    calls.add(2);
    await world.advance('10s');
    expect(read(told, false)).toMatchObject([{ from: 0, to: 20, value: 5 }]);
    await world.advance('10s');
    expect(read(told)).toMatchObject([{ from: 0, to: 30, value: 5 }]);
    expect(read(told)).toEqual([]);
  });

  test('is told again what a reading had that was broken off', () => {
    const told = new ToldSeries('delta');
    registry.counter('calls', { help }).add(3);
    for (const _ of metricBatches(registry, world.clock, told)) break;
    expect(values(read(told))).toEqual({ calls: 3 });
  });

  test('knows the least and the greatest value of what it is told, also after some was lost', () => {
    const told = new ToldSeries('delta');
    const others = new ToldSeries('cumulative');
    const took = registry.histogram('took', { help });
    const extremes = (reader: ToldSeries, arrived: boolean) => {
      const [batch] = metricBatches(registry, world.clock, reader);
      const { max, min } = (batch!.metrics[0] as HistogramPoints).points[0]!;
      reader.settle(arrived);
      return [min, max];
    };
    for (const value of [3, 5]) took.record(value);
    expect(extremes(told, true)).toEqual([3, 5]);
    took.record(1);
    expect(extremes(told, false)).toEqual([1, 1]);
    took.record(4);
    expect(extremes(told, true)).toEqual([1, 4]);
    took.record(4.5);
    expect(extremes(told, true)).toEqual([4.5, 4.5]);
    expect(extremes(others, true)).toEqual([1, 5]);
  });

  test('sums that fall stay cumulative, and gauges are what they are', () => {
    const told = new ToldSeries('delta');
    registry.updown('queue', { help }).add(4);
    registry.gauge('temperature', { help }).set(20);
    for (let reading = 0; reading < 2; reading += 1) {
      expect(read(told)).toMatchObject([
        { name: 'queue', temporality: 'cumulative', value: 4 },
        { name: 'temperature', temporality: undefined, value: 20 },
      ]);
    }
  });

  test('what callbacks count is told as deltas too, also when it begins anew or goes and comes back', () => {
    const told = new ToldSeries('delta');
    let seen: Record<string, number> = { a: 5 };
    registry.observe('seen', { kind: 'counter', help, labels: ['of'] }, () =>
      Object.entries(seen).map(([of, value]) => ({ labels: { of }, value })),
    );
    const next = (now: Record<string, number>) => {
      seen = now;
      return read(told).map(({ value }) => value);
    };
    expect(next({ a: 5 })).toEqual([5]);
    expect(next({ a: 7, b: 1 })).toEqual([2, 1]);
    expect(next({ a: 3, b: 1 })).toEqual([3]);
    expect(next({ b: 2 })).toEqual([1]);
    expect(next({ a: 4, b: 2 })).toEqual([4]);
  });

  test('a series that was removed and made anew counts from zero', () => {
    const told = new ToldSeries('delta');
    const calls = registry.counter('calls', { help, labels: ['peer'] });
    calls.with({ peer: 'x' }).add(5);
    expect(values(read(told))).toEqual({ calls: 5 });
    calls.remove({ peer: 'x' });
    calls.with({ peer: 'x' }).add(8);
    expect(values(read(told))).toEqual({ calls: 8 });
  });
});

test('a reader of little memory is told deltas, but cumulative what callbacks count', () => {
  const told = new ToldSeries('lowmemory');
  registry.counter('calls', { help }).add(1);
  registry.observe('seen', { kind: 'counter', help }, () => 3);
  expect(read(told).map(({ name, temporality }) => [name, temporality])).toEqual([
    ['calls', 'delta'],
    ['seen', 'cumulative'],
  ]);
  expect(values(read(told))).toEqual({ seen: 3 });
});

test('of whatever is counted, read and lost, each of several readers is told everything once, without a gap', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('count' as const),
      series: fc.nat(3),
      amount: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({ do: fc.constant('read' as const), reader: fc.nat(1), arrived: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 5 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      world = new ManualWorld();
      registry = new MetricRegistry({ world });
      const family = registry.counter('calls', { help, labels: ['n'] });
      const counted = [0, 0, 0, 0];
      const readers = [0, 1].map(() => ({
        told: new ToldSeries('delta'),
        sums: [0, 0, 0, 0],
        ends: [0, 0, 0, 0],
      }));
      const readBy = (reader: (typeof readers)[0], arrived: boolean) => {
        for (const batch of metricBatches(registry, world.clock, reader.told)) {
          for (const point of batch.metrics[0]!.points as NumberPoint[]) {
            const series = Number(point.attributes['n']);
            // Nothing is told of a time that was told of before.
            expect(point.startTime).toBeGreaterThanOrEqual(reader.ends[series]!);
            if (!arrived) continue;
            reader.sums[series]! += point.value;
            reader.ends[series] = batch.time;
          }
          reader.told.settle(arrived);
        }
      };
      for (const one of steps) {
        if (one.do === 'count') {
          counted[one.series]! += one.amount;
          family.with({ n: `${one.series}` }).add(one.amount);
        } else if (one.do === 'read') readBy(readers[one.reader]!, one.arrived);
        else await world.advance(one.seconds * 1_000);
      }
      for (const reader of readers) {
        readBy(reader, true);
        expect(reader.sums).toEqual(counted);
      }
    }),
  );
});

test('deltas of an exponential histogram add up to it, by the scale that it came to', () => {
  const value = fc.oneof(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.constantFrom(0, -3, 1, 2));
  const reading = fc.record({ values: fc.array(value, { maxLength: 20 }), arrived: fc.boolean() });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 8 }), (readings) => {
      registry = new MetricRegistry({ world, histogramAggregation: 'base2_exponential_bucket_histogram' });
      const took = registry.histogram('took', { help });
      const told = new ToldSeries('delta');
      const sum = new Map<number, number>();
      let finest = 20;
      const readOnce = (arrived: boolean) => {
        for (const { metrics } of metricBatches(registry, world.clock, told)) {
          const { points } = metrics[0] as ExponentialPoints;
          const { negative, positive, scale, zeroCount } = points[0]!;
          // What was told by a finer scale is read by the coarser one.
          if (arrived) {
            const coarser = finest - scale;
            const before = [...sum];
            sum.clear();
            for (const [key, count] of before) add(key === zero ? zero : coarserKey(key, coarser), count);
            add(zero, zeroCount);
            positive.counts.forEach((count, place) => {
              add(keyOf(positive.offset + place, 1), count);
            });
            negative.counts.forEach((count, place) => {
              add(keyOf(negative.offset + place, -1), count);
            });
            finest = scale;
          }
          told.settle(arrived);
        }
      };
      const add = (key: number, count: number) => {
        if (count > 0) sum.set(key, (sum.get(key) ?? 0) + count);
      };
      for (const { arrived, values } of readings) {
        for (const each of values) took.record(each);
        readOnce(arrived);
      }
      readOnce(true);
      const all = took.exponential!.read();
      const expected = new Map<number, number>();
      if (all.zeroCount > 0) expected.set(zero, all.zeroCount);
      all.positive.counts.forEach((count, place) => {
        if (count > 0) expected.set(keyOf(all.positive.offset + place, 1), count);
      });
      all.negative.counts.forEach((count, place) => {
        if (count > 0) expected.set(keyOf(all.negative.offset + place, -1), count);
      });
      const sorted = (map: Map<number, number>) => [...map].sort(([one], [other]) => one - other);
      if (expected.size > 0) expect(finest).toBe(all.scale);
      expect(sorted(sum)).toEqual(sorted(expected));
    }),
  );
});

/** Zero, and the buckets of either sign, as one number each. */
const zero = 0.5;
const farthest = 2 ** 31;

function keyOf(index: number, sign: 1 | -1): number {
  return sign * (index + farthest);
}

function coarserKey(key: number, steps: number): number {
  const index = Math.abs(key) - farthest;
  return keyOf(index >> steps, key > 0 ? 1 : -1);
}

test('an exemplar is told once, and again when it was lost', () => {
  registry.exemplars.begin({ filter: 'always_on', spans: { open: 0, active: () => undefined } });
  const took = registry.histogram('took', { help, bounds: [1] });
  const told = { cumulative: new ToldSeries('cumulative'), delta: new ToldSeries('delta') };
  const next = (reader: ToldSeries, arrived: boolean) => {
    const found: number[] = [];
    for (const { metrics } of metricBatches(registry, world.clock, reader) as Iterable<MetricBatch>) {
      for (const metric of metrics) {
        for (const point of metric.points) found.push(...(point.exemplars ?? []).map(({ value }) => value));
      }
      reader.settle(arrived);
    }
    return found;
  };
  took.record(0.5);
  for (const reader of Object.values(told)) expect(next(reader, false)).toEqual([0.5]);
  took.record(5);
  for (const reader of Object.values(told)) {
    expect(next(reader, true)).toEqual([0.5, 5]);
    expect(next(reader, true)).toEqual([]);
  }
});
