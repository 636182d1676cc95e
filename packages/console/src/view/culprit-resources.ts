import type { ResourceMeasure, ResourceQuery, ResourceReadings, ResourceSource } from '@holdfast/insight';
import type { Resource } from '../store/shape-book.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';

/** Gauges that tell how much of a resource is used, or for how long it has to be waited for. */
const gauges: Readonly<Record<string, ResourceMeasure>> = {
  'process.cpu.utilization': 'cpu',
  'process.memory.utilization': 'memory',
  'holdfast.v8js.heap.utilization': 'heap',
  'holdfast.process.file_descriptor.utilization': 'handles',
  'holdfast.queue.utilization': 'queue',
  'nodejs.eventloop.utilization': 'event-loop',
  'holdfast.v8js.gc.utilization': 'gc',
  'holdfast.cpu.pressure': 'cpu-pressure',
  'holdfast.io.pressure': 'io-pressure',
  'nodejs.eventloop.delay.p99': 'event-loop-delay',
};

/** A counter of seconds: what it grows by in a second is a share of time. */
const throttledTime = 'holdfast.cgroup.cpu.throttled.time';

/** Steps are no finer than this, in milliseconds. */
const stepMin = 1_000;
const processesMax = 1_000;

/** What processes live on, as the store has it. */
export class StoredResources implements ResourceSource {
  readonly #store: TelemetryStore;

  constructor(store: TelemetryStore) {
    this.#store = store;
  }

  async resources({ from, to, levelsMax }: ResourceQuery, signal?: AbortSignal): Promise<ResourceReadings[]> {
    const step = Math.max(stepMin, Math.ceil((to - from) / levelsMax));
    const window = { from, to, step };
    const wanted = ({ id }: Resource): boolean => id <= processesMax;
    const [levels, throttled] = await Promise.all([
      this.#store.gauges(window, Object.keys(gauges), wanted),
      this.#store.increases(window, [throttledTime], wanted),
    ]);
    signal?.throwIfAborted();
    const readings: ResourceReadings[] = [];
    const tell = (id: number, measure: ResourceMeasure, bySteps: ReadonlyMap<number, number>): void => {
      const { service, instance } = this.#store.book.resources[id]!;
      const byTime = [...bySteps].sort(([one], [other]) => one - other).map(([, level]) => level);
      readings.push({ service, instance: instance || undefined, measure, levels: byTime });
    };
    for (const [id, byMetric] of levels) {
      for (const [metric, bySteps] of byMetric) tell(id, gauges[metric]!, bySteps);
    }
    for (const [id, byMetric] of throttled) {
      for (const bySteps of byMetric.values()) tell(id, 'throttled', sharesOf(bySteps, step));
    }
    return readings;
  }
}

/** Seconds of each step as shares of it: all threads together may be held back for longer than it lasts. */
function sharesOf(
  bySteps: ReadonlyMap<number, { readonly value: number }>,
  step: number,
): Map<number, number> {
  return new Map([...bySteps].map(([at, { value }]) => [at, Math.min(1, (value * 1e3) / step)]));
}
