import { coreErrors, ManualWorld } from '@holdfast/core';
import { beforeEach, expect, test } from 'vitest';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { QueueMetrics } from '../resources/queue-metrics.ts';
import { GoldenSignals } from './golden-signals.ts';

let world: ManualWorld;
let registry: MetricRegistry;
let signals: GoldenSignals;

beforeEach(() => {
  world = new ManualWorld();
  registry = new MetricRegistry({ world });
  signals = new GoldenSignals({ registry, world, operations: ['checkout'] });
});

test('nothing has happened yet', () => {
  expect(signals.read()).toEqual({
    latency: undefined,
    traffic: 0,
    errors: undefined,
    saturation: undefined,
  });
});

test('tells latency, traffic and errors of the last minute', async () => {
  for (let second = 0; second < 120; second += 1) {
    await world.advance('1s');
    // The first minute was slow, and all of it failed.
    const slow = second < 60;
    for (let call = 0; call < 10; call += 1) {
      signals.operationEnded('checkout', slow ? 9e6 : 20_000, slow ? new Error('no') : undefined);
    }
    signals.operationEnded('checkout', 2e6, coreErrors.create('ABORTED', { message: 'gone' }));
    signals.operationEnded('query', 5e6, new Error('no'));
  }
  const { errors, latency, traffic } = signals.read();
  expect(traffic).toBeCloseTo(11, 0);
  expect(errors).toBe(0);
  expect(Math.abs(latency!.p50 / 0.02 - 1)).toBeLessThan(0.032);
  expect(Math.abs(latency!.p99 / 2 - 1)).toBeLessThan(0.032);
  await world.advance('1m');
  expect(signals.read()).toMatchObject({ latency: undefined, traffic: 0, errors: undefined });
});

test('the share that failed', () => {
  for (const error of [new Error('no'), undefined, undefined, 'no'])
    signals.operationEnded('checkout', 1_000, error);
  expect(signals.read().errors).toBe(0.5);
});

test('what is fullest', () => {
  const queues = new QueueMetrics(registry);
  queues.add('spans', { length: () => 1, capacity: () => 10, dropped: () => 0 });
  queues.add('jobs', { length: () => 9, capacity: () => 10, dropped: () => 0 });
  registry.observe('process.cpu.utilization', { kind: 'gauge', unit: '1', help: 'CPU.' }, () => 0.5);
  registry.observe('temperature', { kind: 'gauge', help: 'Hot.' }, () => 90);
  expect(signals.read().saturation).toEqual({
    metric: 'holdfast.queue.utilization',
    labels: { 'holdfast.queue.name': 'jobs' },
    share: 0.9,
  });
});
