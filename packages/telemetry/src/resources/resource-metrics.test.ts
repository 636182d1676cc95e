import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { observeResources } from './resource-metrics.ts';

/** Every sample by its name and labels. */
function read(registry: MetricRegistry): Map<string, number> {
  const lines = writeExposition(registry)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('tells utilisation, saturation and errors of what the process lives on', async () => {
  const registry = new MetricRegistry();
  const metrics = observeResources({ registry, sampling: '20ms' });
  let samples = read(registry);
  while (
    !samples.has('process_cpu_utilization_ratio') ||
    !samples.has('nodejs_eventloop_delay_p99_seconds') ||
    !samples.has('system_filesystem_utilization_ratio{system_filesystem_mountpoint="."}')
  ) {
    await setTimeout(20);
    samples = read(registry);
  }
  metrics.stop();
  const value = (name: string) => samples.get(name)!;
  const share = (name: string) => {
    expect(value(name), name).toBeGreaterThanOrEqual(0);
    expect(value(name), name).toBeLessThanOrEqual(1.01);
  };
  for (const resource of ['process_memory', 'nodejs_eventloop', 'holdfast_v8js_heap', 'holdfast_v8js_gc']) {
    share(`${resource}_utilization_ratio`);
  }
  share('system_filesystem_utilization_ratio{system_filesystem_mountpoint="."}');
  expect(value('process_cpu_time_seconds_total{cpu_mode="user"}')).toBeGreaterThan(0);
  expect(value('holdfast_process_cpu_limit')).toBeGreaterThan(0);
  expect(value('process_memory_usage_bytes')).toBeLessThan(value('holdfast_process_memory_limit_bytes'));
  expect(value('v8js_memory_heap_used_bytes{v8js_heap_space_name="old_space"}')).toBeLessThan(
    value('v8js_memory_heap_limit_bytes'),
  );
  expect(value('nodejs_eventloop_delay_max_seconds')).toBeGreaterThanOrEqual(
    value('nodejs_eventloop_delay_p50_seconds'),
  );
  expect(value('nodejs_eventloop_time_seconds_total{nodejs_eventloop_state="active"}')).toBeGreaterThan(0);
  expect([...samples.keys()].some((name) => name.startsWith('v8js_resource_active{'))).toBe(true);
  if (process.platform !== 'linux') return;
  expect(value('process_threads')).toBeGreaterThan(1);
  expect(value('process_unix_file_descriptors')).toBeLessThan(
    value('holdfast_process_file_descriptor_limit'),
  );
  share('holdfast_process_file_descriptor_utilization_ratio');
  expect(value('process_memory_virtual_bytes')).toBeGreaterThan(value('process_memory_usage_bytes'));
});

test('queues tell how full they are and what they dropped, as long as they are there', () => {
  const registry = new MetricRegistry();
  const queues = new QueueMetrics(registry);
  const remove = queues.add('spans', { length: () => 3, capacity: () => 100, dropped: () => 7 });
  queues.add('logs', { length: () => 0, capacity: () => 10, dropped: () => 0 });
  expect(Object.fromEntries(read(registry))).toEqual({
    'holdfast_queue_capacity{holdfast_queue_name="spans"}': 100,
    'holdfast_queue_capacity{holdfast_queue_name="logs"}': 10,
    'holdfast_queue_dropped_total{holdfast_queue_name="spans"}': 7,
    'holdfast_queue_dropped_total{holdfast_queue_name="logs"}': 0,
    'holdfast_queue_utilization_ratio{holdfast_queue_name="spans"}': 0.03,
    'holdfast_queue_utilization_ratio{holdfast_queue_name="logs"}': 0,
    'holdfast_queue_length{holdfast_queue_name="spans"}': 3,
    'holdfast_queue_length{holdfast_queue_name="logs"}': 0,
  });
  remove();
  expect(read(registry).has('holdfast_queue_length{holdfast_queue_name="spans"}')).toBe(false);
});
