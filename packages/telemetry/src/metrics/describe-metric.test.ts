import { expect, test } from 'vitest';
import { describeMetric } from './describe-metric.ts';

test.each([
  ['http.server.request.duration', 'histogram', 's', 'http.server.request.duration_seconds', 'seconds'],
  ['process_cpu_seconds_total', 'counter', 'seconds', 'process_cpu_seconds', 'seconds'],
  ['process.memory.usage', 'updown', 'By', 'process.memory.usage_bytes', 'bytes'],
  ['cpu.utilization', 'gauge', '1', 'cpu.utilization_ratio', 'ratio'],
  ['cpu.ratio', 'gauge', '1', 'cpu.ratio', 'ratio'],
  ['hits', 'counter', '1', 'hits', undefined],
  ['calls', 'counter', '{call}', 'calls', undefined],
  ['disk.speed', 'gauge', 'By/s', 'disk.speed_bytes_per_second', 'bytes_per_second'],
  ['call.rate', 'gauge', '{call}/s', 'call.rate_per_second', 'per_second'],
  ['odd', 'gauge', 'furlong', 'odd', undefined],
] as const)('%s, a %s in %j, is %s to Prometheus', (name, kind, unit, exposedName, exposedUnit) => {
  expect(describeMetric(name, kind, { help: '', unit })).toMatchObject({ exposedName, exposedUnit });
});

test('OpenTelemetry sees the unit by UCUM, however it was given', () => {
  expect(describeMetric('uptime_seconds', 'gauge', { help: '', unit: 'seconds' }).unit).toBe('s');
  expect(describeMetric('uptime', 'gauge', { help: '', unit: 's' }).unit).toBe('s');
});

test('a name may be another one to Prometheus', () => {
  const description = describeMetric('process.thread.count', 'updown', {
    help: '',
    exposedName: 'process_threads',
  });
  expect(description).toMatchObject({ name: 'process.thread.count', exposedName: 'process_threads' });
});
