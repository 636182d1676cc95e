import { expect, test } from 'vitest';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { observeProcess } from './process-metrics.ts';

test('tells what the process takes', () => {
  const registry = new MetricRegistry();
  const metrics = observeProcess(registry);
  const samples = new Map(
    writeExposition(registry)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(' ') as [string, string]),
  );
  metrics.stop();
  const value = (name: string) => Number(samples.get(name));
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect(value('nodejs_heap_size_used_bytes')).toBeLessThan(value('nodejs_heap_size_limit_bytes'));
  expect(value('process_start_time_seconds')).toBeLessThan(Date.now() / 1_000);
  expect(value('nodejs_eventloop_lag_max_seconds')).toBeGreaterThanOrEqual(0);
  expect(samples.get(`nodejs_version_info{version="${process.version}"}`)).toBe('1');
  if (process.platform === 'linux') expect(value('process_open_fds')).toBeLessThan(value('process_max_fds'));
});
