import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMetrics } from '../../src/otlp/decode/decode-metrics.ts';
import { type MetricBatch, metricKinds } from '../../src/otlp/metric-batch.ts';
import { encodeWithOracle } from './otlp-oracle.ts';
import { attribute, metricRequest, start } from './sample-requests.ts';

const receivedAt = 1_800_000_000_000;
const attributes = [attribute('route', '/a')];
const times = { startTimeUnixNano: '1600000000000000000', timeUnixNano: start };

function decoded(metric: object) {
  return decodeMetrics(encodeWithOracle('ExportMetricsServiceRequest', metricRequest(metric)), receivedAt);
}

/** The only point of a metric, as the batch tells it. */
function told(metric: object): object {
  const { batch } = decoded(metric);
  expect(batch.length).toBe(1);
  return {
    name: batch.texts[batch.names[0]!],
    unit: batch.texts[batch.units[0]!],
    scope: batch.texts[batch.scopes[0]!],
    service: batch.resources[batch.resourceOf[0]!]?.service,
    time: batch.times[0],
    start: batch.starts[0],
    kind: batch.kinds[0],
    temporality: batch.temporalities[0],
    monotonic: batch.monotonic[0],
    value: batch.values[0],
    count: batch.counts[0],
    min: batch.minima[0],
    max: batch.maxima[0],
    attributes: batch.attributesJson(0),
    distribution: batch.distributionJson(0),
  };
}

const common = {
  name: 'm',
  unit: 'ms',
  scope: 'meter',
  service: 'shop',
  time: BigInt(start),
  attributes: '{"route":"/a"}',
};

describe('decodeMetrics', () => {
  it('reads a sum', () => {
    expect(
      told({
        sum: {
          dataPoints: [{ ...times, attributes, asInt: '-7' }],
          aggregationTemporality: 2,
          isMonotonic: true,
        },
      }),
    ).toEqual({
      ...common,
      start: 1_600_000_000_000_000_000n,
      kind: metricKinds.sum,
      temporality: 2,
      monotonic: 1,
      value: -7,
      count: 0,
      min: Number.NaN,
      max: Number.NaN,
      distribution: '',
    });
  });

  it('reads the exemplars of all kinds of points that lead to a trace, and leaves out the others', () => {
    const traceId = Buffer.alloc(16, 7);
    const spanId = Buffer.alloc(8, 9);
    const exemplars = [
      { timeUnixNano: start, asDouble: 0.25, traceId, spanId },
      { timeUnixNano: start, asDouble: 1 },
      { timeUnixNano: start, asDouble: 2, traceId: Buffer.alloc(16) },
      { timeUnixNano: start, asDouble: 3, traceId: Buffer.alloc(3, 1) },
      { timeUnixNano: start, asInt: '-4', traceId, filteredAttributes: attributes },
    ];
    const point = { ...times, attributes, exemplars };
    for (const metric of [
      { sum: { dataPoints: [point], aggregationTemporality: 2 } },
      { histogram: { dataPoints: [{ ...point, explicitBounds: [1], bucketCounts: ['1', '0'] }] } },
      { exponentialHistogram: { dataPoints: [point] } },
    ]) {
      const { batch } = decoded(metric);
      expect(batch.length).toBe(1);
      expect(batch.exemplars).toEqual({
        length: 2,
        points: Uint32Array.of(0, 0),
        times: BigInt64Array.of(BigInt(start), BigInt(start)),
        values: Float64Array.of(0.25, -4),
        traceIds: new Uint8Array([...traceId, ...traceId]),
        spanIds: new Uint8Array([...spanId, ...Buffer.alloc(8)]),
      });
    }
  });

  it('leaves out the exemplars of a point that is left out', () => {
    const exemplars = [{ timeUnixNano: start, asDouble: 0.25, traceId: Buffer.alloc(16, 7) }];
    const well = { ...times, exemplars, explicitBounds: [1], bucketCounts: ['1', '0'] };
    const dataPoints = [
      { ...well, explicitBounds: [2, 1], bucketCounts: ['1', '0', '0'] },
      { ...well, flags: 1 },
      { ...times, explicitBounds: [1], bucketCounts: ['1', '0'] },
      well,
    ];
    const { batch, rejected } = decoded({ histogram: { dataPoints } });
    expect([batch.length, rejected]).toEqual([2, 1]);
    expect(batch.exemplars.points).toEqual(Uint32Array.of(1));
  });

  it('reads a gauge, and gives one without a time that of its arrival', () => {
    expect(told({ gauge: { dataPoints: [{ attributes, asDouble: 0.5 }] } })).toMatchObject({
      ...common,
      time: 1_800_000_000_000_000_000n,
      start: 0n,
      kind: metricKinds.gauge,
      value: 0.5,
    });
  });

  it('reads a histogram', () => {
    const point = {
      ...times,
      attributes,
      count: 6,
      sum: 12.5,
      min: 0.5,
      max: 9,
      bucketCounts: [1, 2, 3],
      explicitBounds: [1, 5],
    };
    expect(told({ histogram: { dataPoints: [point], aggregationTemporality: 1 } })).toMatchObject({
      ...common,
      kind: metricKinds.histogram,
      temporality: 1,
      value: 12.5,
      count: 6,
      min: 0.5,
      max: 9,
      distribution: '{"bounds":[1,5],"counts":[1,2,3]}',
    });
  });

  it('gives an exponential histogram the bounds that its scale stands for', () => {
    const point = {
      ...times,
      attributes,
      count: 10,
      sum: 3,
      scale: 0,
      zeroCount: 2,
      positive: { offset: 1, bucketCounts: [3, 4] },
      negative: { offset: 0, bucketCounts: [1] },
    };
    expect(told({ exponentialHistogram: { dataPoints: [point], aggregationTemporality: 2 } })).toMatchObject({
      ...common,
      kind: metricKinds.histogram,
      value: 3,
      count: 10,
      // From -2 to -1 one, from there to zero two, from 2 to 4 three, up to 8 four.
      distribution: '{"bounds":[-1,0,2,4,8],"counts":[1,2,0,3,4,0]}',
    });
  });

  it('gives any exponential histogram ascending bounds, and loses no count', () => {
    const count = fc.integer({ min: 0, max: 1_000 });
    const buckets = fc.record({
      offset: fc.integer({ min: -2_000, max: 2_000 }),
      bucketCounts: fc.array(count, { maxLength: 20 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -10, max: 20 }),
        buckets,
        buckets,
        count,
        (scale, positive, negative, zeroCount) => {
          const point = { ...times, scale, positive, negative, zeroCount };
          const { batch, rejected } = decoded({ exponentialHistogram: { dataPoints: [point] } });
          expect(rejected).toBe(0);
          const { bounds, counts } = JSON.parse(batch.distributionJson(0));
          expect(counts).toHaveLength(bounds.length + 1);
          expect(bounds.every((bound: number, at: number) => at === 0 || bound > bounds[at - 1])).toBe(true);
          const given = [...positive.bucketCounts, ...negative.bucketCounts, zeroCount];
          expect(total(counts)).toBe(total(given));
        },
      ),
    );
  });

  it('reads a summary', () => {
    const quantileValues = [
      { quantile: 0.5, value: 1 },
      { quantile: 0.99, value: 7 },
    ];
    const point = { ...times, attributes, count: 9, sum: 30, quantileValues };
    expect(told({ summary: { dataPoints: [point] } })).toMatchObject({
      ...common,
      kind: metricKinds.summary,
      value: 30,
      count: 9,
      distribution: '{"quantiles":[0.5,0.99],"values":[1,7]}',
    });
  });

  it('passes over a point that stands for a gap', () => {
    const { batch, rejected } = decoded({ gauge: { dataPoints: [{ ...times, flags: 1 }] } });
    expect([batch.length, rejected]).toEqual([0, 0]);
  });

  it.each([
    [{ bucketCounts: [1, 2], explicitBounds: [1, 2] }, /one bucket more/],
    [{ bucketCounts: [1, 2, 3], explicitBounds: [2, 1] }, /ascend/],
    [{ bucketCounts: [1, 2], explicitBounds: [Number.NaN] }, /ascend/],
  ])('leaves out a histogram of %o', (point, reason) => {
    const result = decoded({ histogram: { dataPoints: [point, { ...times, sum: 1 }] } });
    expect(result.rejected).toBe(1);
    expect(result.reason).toMatch(reason);
    expect(result.batch.length).toBe(1);
  });

  it('either reads or refuses any bytes at all, and reads to the end what it reads', () => {
    const metrics = [
      { histogram: { dataPoints: [{ ...times, bucketCounts: [1, 2], explicitBounds: [1] }] } },
      { exponentialHistogram: { dataPoints: [{ ...times, scale: 3, positive: { bucketCounts: [1, 2] } }] } },
      { summary: { dataPoints: [{ ...times, quantileValues: [{ quantile: 1, value: 2 }] }] } },
      { sum: { dataPoints: [{ ...times, attributes, asInt: 5 }] } },
    ];
    const valid = Buffer.concat(
      metrics.map((metric) => encodeWithOracle('ExportMetricsServiceRequest', metricRequest(metric))),
    );
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(damage, fc.nat(valid.length), (changes, length) => {
        const body = Buffer.from(valid.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) body[at] = byte;
        let batch: MetricBatch;
        try {
          batch = decodeMetrics(body, receivedAt).batch;
        } catch (error) {
          expect(error).toMatchObject({ category: 'invalid' });
          return;
        }
        for (let row = 0; row < batch.length; row++) {
          JSON.parse(batch.attributesJson(row));
          if (batch.distributionJson(row) !== '') JSON.parse(batch.distributionJson(row));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
