import { spawnSync } from 'node:child_process';
import {
  MeterProvider,
  MetricRegistry,
  OperationMetrics,
  observeResources,
  QueueMetrics,
  ServiceLevels,
  writeExposition,
} from '@holdfast/telemetry';
import { expect, test } from 'vitest';

/** What Prometheus' own tool says about `text`: nothing where all is well. */
function check(text: string): string {
  const program = process.env['HOLDFAST_PROMTOOL_PROGRAM'];
  if (program === undefined) {
    throw new Error('HOLDFAST_PROMTOOL_PROGRAM is not set: run these tests with npm run test:services');
  }
  const { error, stderr, stdout } = spawnSync(program, ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

test('promtool finds nothing wrong with what is written', () => {
  const registry = new MetricRegistry();
  const calls = registry.counter('rpc.handled', {
    help: 'Calls "by"\nmethod \\ code.',
    labels: ['method', 'code.name'],
  });
  for (const method of ['', 'Put', 'a"b\\c\nd', 'ü\u0000\u{1f600}\ud800']) {
    calls.with({ method, 'code.name': 'OK' }).add(0.5);
  }
  const took = registry.histogram('rpc_duration_seconds', {
    help: 'Took.',
    unit: 'seconds',
    labels: ['method'],
  });
  for (const value of [0, 0.3, 1e-7, 1e21]) took.with({ method: 'Put' }).record(value);
  registry.gauge('temperature', { help: '' }).set(Number.NaN);
  registry.gauge('debt', { help: 'Much.' }).set(Number.NEGATIVE_INFINITY);
  expect(check(writeExposition(registry))).toBe('temperature no help text\n');
});

test('promtool finds nothing wrong with the metrics that there are', () => {
  const registry = new MetricRegistry();
  const resources = observeResources({ registry });
  const levels = new ServiceLevels({ registry });
  levels.define({ name: 'checkout', target: 0.99, operations: ['charge'], within: '1s' });
  const operations = new OperationMetrics({ registry, listeners: [levels] });
  for (const error of [undefined, new Error('no')]) operations.enter('charge', {}).exit(error);
  new QueueMetrics(registry).add('spans', { length: () => 1, capacity: () => 2, dropped: () => 3 });
  const meter = new MeterProvider({ registry }).getMeter('shop', '1.0.0');
  meter
    .createHistogram('http.server.request.duration', { unit: 's', description: 'Took.' })
    .record(1, { le: 'x' });
  meter.createCounter('orders', { unit: '{order}', description: 'Taken.' }).add(1, { 'a.b': 1, a_b: 2 });
  resources.stop();
  expect(check(writeExposition(registry))).toBe('');
});

test('promtool is asked in a way that finds mistakes', () => {
  expect(check('# TYPE a counter\na{b="c} 1\n')).toMatch(/error while linting/);
});
