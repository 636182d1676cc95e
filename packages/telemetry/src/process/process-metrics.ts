import { readdirSync, readFileSync } from 'node:fs';
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { growingBounds } from '../metrics/histogram-buckets.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';

/** What this process and its runtime take: `process_*` as every Prometheus client names them, and `nodejs_*`. */
export interface ProcessMetrics {
  /** Stops measuring delays and collections of garbage. */
  stop(): void;
}

const garbageKinds: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak callbacks',
};

/** Adds the metrics of this process to `registry`. */
export function observeProcess(registry: MetricRegistry): ProcessMetrics {
  observeWork(registry);
  observeMemory(registry);
  observeFiles(registry);
  registry
    .gauge('nodejs_version_info', { help: 'The version of Node.js.', labels: ['version'] })
    .with({ version: process.version })
    .set(1);
  const delay = observeDelay(registry);
  const garbage = observeGarbage(registry);
  return {
    stop: () => {
      delay.disable();
      garbage.disconnect();
    },
  };
}

function observeWork(registry: MetricRegistry): void {
  const seconds = { kind: 'counter', unit: 'seconds' } as const;
  const cpu = (help: string, name: string, micros: (used: NodeJS.CpuUsage) => number) =>
    registry.observe(name, { ...seconds, help }, () => micros(process.cpuUsage()) / 1e6);
  cpu(
    'CPU time, in and out of the kernel.',
    'process_cpu_seconds_total',
    ({ system, user }) => system + user,
  );
  cpu('CPU time out of the kernel.', 'process_cpu_user_seconds_total', ({ user }) => user);
  cpu('CPU time in the kernel.', 'process_cpu_system_seconds_total', ({ system }) => system);
  const started = Date.now() / 1_000 - process.uptime();
  registry
    .gauge('process_start_time_seconds', { help: 'When it began, in seconds since 1970.', unit: 'seconds' })
    .set(started);
}

function observeMemory(registry: MetricRegistry): void {
  const bytes = (name: string, help: string, read: () => number) =>
    registry.observe(name, { kind: 'gauge', help, unit: 'bytes' }, read);
  bytes('process_resident_memory_bytes', 'Memory that is resident.', () => process.memoryUsage.rss());
  bytes('nodejs_heap_size_total_bytes', 'The heap of JavaScript.', () => getHeapStatistics().total_heap_size);
  bytes('nodejs_heap_size_used_bytes', 'What of it is used.', () => getHeapStatistics().used_heap_size);
  bytes('nodejs_heap_size_limit_bytes', 'What it may grow to.', () => getHeapStatistics().heap_size_limit);
  bytes('nodejs_external_memory_bytes', 'Memory beside the heap.', () => process.memoryUsage().external);
}

/** Where the kernel tells: on Linux. */
function observeFiles(registry: MetricRegistry): void {
  const gauge = { kind: 'gauge' } as const;
  registry.observe('process_open_fds', { ...gauge, help: 'File descriptors that are open.' }, () => {
    const open = told(() => readdirSync('/proc/self/fd'));
    // One of them is that of the listing.
    return open === undefined ? undefined : open.length - 1;
  });
  registry.observe('process_max_fds', { ...gauge, help: 'File descriptors that may be open.' }, () => {
    const limits = told(() => readFileSync('/proc/self/limits', 'latin1'));
    const limit = /^Max open files +(\d+)/m.exec(limits ?? '')?.[1];
    return limit === undefined ? undefined : Number(limit);
  });
}

function observeDelay(registry: MetricRegistry): ReturnType<typeof monitorEventLoopDelay> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const lag = (name: string, help: string, read: () => number) =>
    registry.observe(name, { kind: 'gauge', unit: 'seconds', help }, () => Math.max(0, read()) / 1e9);
  lag('nodejs_eventloop_lag_max_seconds', 'The longest delay since it was last asked.', () => {
    const longest = delay.max;
    delay.reset();
    return longest;
  });
  return delay;
}

function observeGarbage(registry: MetricRegistry): PerformanceObserver {
  const pauses = registry.histogram('nodejs_gc_duration_seconds', {
    help: 'How long collections of garbage took.',
    unit: 'seconds',
    bounds: growingBounds(0.0005, 4, 8),
    labels: ['kind'],
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as PerformanceEntry & { readonly detail: { readonly kind: number } }).detail;
      pauses.with({ kind: garbageKinds[kind] ?? 'other' }).record(entry.duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return observer;
}

/** What `read` gives; undefined where the system does not tell. */
function told<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
