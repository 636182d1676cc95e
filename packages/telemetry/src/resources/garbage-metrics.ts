import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { ObservedHost } from './observed-host.ts';

const types: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Collections of garbage. Returns what ends the listening. */
export function observeGarbage({ registry, sampler }: ObservedHost): () => void {
  const durations = registry.histogram('v8js.gc.duration', {
    help: 'How long collections of garbage took.',
    unit: 's',
    bounds: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 10],
    labels: ['v8js.gc.type'],
  });
  /** Milliseconds since the last look. */
  let spent = 0;
  let share: number | undefined;
  let before = performance.now();
  sampler.each(() => {
    const now = performance.now();
    share = spent / (now - before);
    spent = 0;
    before = now;
  });
  registry.observe(
    'holdfast.v8js.gc.utilization',
    {
      kind: 'gauge',
      unit: '1',
      help: 'Share of the time for which garbage was collected and nothing else done.',
    },
    () => share,
  );
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      spent += entry.duration;
      const { kind } = (entry as PerformanceEntry & { readonly detail: { readonly kind: number } }).detail;
      durations.with({ 'v8js.gc.type': types[kind] ?? 'other' }).record(entry.duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
