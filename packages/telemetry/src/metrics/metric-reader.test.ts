import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { MeterProvider } from '../meter/meter-provider.ts';
import { metricBatches } from './metric-batches.ts';
import { type MetricBatch, metricBatchPoints } from './metric-points.ts';
import { MetricReader } from './metric-reader.ts';
import { MetricRegistry } from './metric-registry.ts';

const help = 'Something.';

describe('metricBatches', () => {
  test('tells sums, gauges and histograms as OpenTelemetry knows them, by the library that measured', async () => {
    const world = new ManualWorld();
    const registry = new MetricRegistry({ world });
    registry
      .counter('process_cpu_seconds_total', { help, unit: 'seconds', labels: ['mode', 'host'] })
      .with({ mode: 'user', host: '' })
      .add(1.5);
    registry.updown('queue.length', { help, unit: '{item}' }).add(-2);
    const took = registry.histogram('took', { help, unit: 's', bounds: [1, 2] });
    for (const value of [0.5, 0.75, 3]) took.record(value);
    registry.observe('keys_total', { kind: 'unknown', help }, () => 4);
    const meter = new MeterProvider({ registry }).getMeter('shop', '1.0.0');
    meter.createCounter('orders', { unit: '{order}' }).add(1, { status: 200, tags: ['a', 'b'], paid: true });
    await world.advance('3s');
    const start = registry.startedAt * 1_000;
    const [batch, ...more] = [...metricBatches(registry, world.clock)];
    expect(more).toEqual([]);
    const own = { name: '@holdfast/telemetry', version: undefined, schemaUrl: undefined };
    expect(batch).toEqual({
      startTime: start,
      time: start + 3_000_000,
      metrics: [
        {
          kind: 'gauge',
          scope: own,
          name: 'keys_total',
          description: help,
          unit: '',
          points: [{ attributes: {}, value: 4 }],
        },
        {
          kind: 'sum',
          monotonic: true,
          temporality: 'cumulative',
          scope: own,
          name: 'process_cpu_seconds',
          description: help,
          unit: 's',
          points: [{ attributes: { mode: 'user' }, value: 1.5 }],
        },
        {
          kind: 'sum',
          monotonic: false,
          temporality: 'cumulative',
          scope: own,
          name: 'queue.length',
          description: help,
          unit: '{item}',
          points: [{ attributes: {}, value: -2 }],
        },
        {
          kind: 'histogram',
          temporality: 'cumulative',
          scope: own,
          name: 'took',
          description: help,
          unit: 's',
          points: [
            { attributes: {}, bounds: [1, 2], counts: Float64Array.of(2, 0, 1), sum: 4.25, min: 0.5, max: 3 },
          ],
        },
        {
          kind: 'sum',
          monotonic: true,
          temporality: 'cumulative',
          scope: { name: 'shop', version: '1.0.0', schemaUrl: undefined },
          name: 'orders',
          description: '',
          unit: '{order}',
          points: [{ attributes: { paid: true, status: 200, tags: ['a', 'b'] }, value: 1 }],
        },
      ],
    });
  });

  test('no batch has more points than may be in one, and none is missing or twice', () => {
    const registry = new MetricRegistry();
    const world = new ManualWorld();
    for (const name of ['a', 'b']) {
      const gauge = registry.gauge(name, { help, labels: ['n'], seriesMax: 2_000 });
      for (let n = 0; n < 1_700; n += 1) gauge.with({ n: `${n}` }).set(n);
    }
    const batches = [...metricBatches(registry, world.clock)];
    const sizes = batches.map(({ metrics }) => metrics.reduce((sum, { points }) => sum + points.length, 0));
    expect(sizes).toEqual([metricBatchPoints, metricBatchPoints, metricBatchPoints, 400]);
    const told = batches.flatMap(({ metrics }) =>
      metrics.flatMap(({ name, points }) => points.map(({ attributes }) => `${name}${attributes['n']}`)),
    );
    expect(new Set(told).size).toBe(3_400);
  });
});

describe('MetricReader', () => {
  test('sends again and again, and at once when it is asked to', async () => {
    const registry = new MetricRegistry();
    const counter = registry.counter('c', { help });
    const values: unknown[] = [];
    let sent: () => void = () => {};
    const sink = {
      async sendMetrics({ metrics }: MetricBatch) {
        values.push((metrics[0]!.points[0] as { readonly value: number }).value);
        sent();
        return true;
      },
    };
    const reader = new MetricReader({ registry, sink, interval: '20ms' });
    for (let round = 0; round < 3; round += 1) await new Promise<void>((resolve) => (sent = resolve));
    reader.stop();
    await reader.flush();
    const before = values.length;
    counter.add(5);
    await reader.flush();
    expect(values.slice(before)).toEqual([5]);
  });

  test('a flush tells what was measured before it, also while another is under way', async () => {
    const registry = new MetricRegistry();
    const counter = registry.counter('c', { help });
    const values: unknown[] = [];
    const going: (() => void)[] = [];
    const sink = {
      async sendMetrics({ metrics }: MetricBatch) {
        values.push((metrics[0]!.points[0] as { readonly value: number }).value);
        await new Promise<void>((resolve) => going.push(resolve));
        return true;
      },
    };
    const go = async () => {
      while (going.length === 0) await new Promise(setImmediate);
      going.shift()!();
    };
    const reader = new MetricReader({ registry, sink });
    for (let round = 0; round < 2; round += 1) {
      const first = reader.flush();
      counter.add(1);
      const later = [reader.flush(), reader.flush()];
      await go();
      await first;
      await go();
      await Promise.all(later);
    }
    expect(values).toEqual([0, 1, 1, 2]);
    reader.stop();
  });

  test('a sink that never answers holds nobody up beyond the time limit', async () => {
    const registry = new MetricRegistry();
    registry.counter('c', { help });
    const sink = {
      sendMetrics: (_: MetricBatch, signal: AbortSignal) =>
        new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false))),
    };
    const reader = new MetricReader({ registry, sink, timeout: '30ms' });
    await reader.flush();
    reader.stop();
  });

  test.each([
    ['interval', 0],
    ['timeout', '-1s'],
    ['interval', '400d'],
  ])('refuses %s %j at the door', (field, value) => {
    const options = {
      registry: new MetricRegistry(),
      sink: { sendMetrics: async () => true },
      [field]: value,
    };
    expect(() => new MetricReader(options)).toThrow(field);
  });
});
