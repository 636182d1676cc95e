import type { Curve, ResourceRow } from '../api/console-api.ts';
import type { ResourcePoints } from '../store/point-reader.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { curveOf } from './red.ts';

interface Steps {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly steps: readonly unknown[];
}

type ResourceName = ResourceRow['resource'];

/** Which metric tells of which resource what. Shares are from 0 to 1; `scale` makes what waits a number in `unit`. */
const utilizations: Readonly<Record<string, ResourceName>> = {
  'process.cpu.utilization': 'cpu',
  'process.memory.utilization': 'memory',
  'holdfast.v8js.heap.utilization': 'heap',
  'nodejs.eventloop.utilization': 'event-loop',
  'holdfast.v8js.gc.utilization': 'gc',
  'holdfast.process.file_descriptor.utilization': 'handles',
  'holdfast.queue.utilization': 'queue',
  'system.filesystem.utilization': 'disk',
};

const saturations: Readonly<
  Record<string, { readonly resource: ResourceName; readonly unit: string; readonly scale: number }>
> = {
  'holdfast.cpu.pressure': { resource: 'cpu', unit: '%', scale: 100 },
  'nodejs.eventloop.delay.p99': { resource: 'event-loop', unit: 'ms', scale: 1e3 },
  'holdfast.queue.length': { resource: 'queue', unit: 'waiting', scale: 1 },
  'process.unix.file_descriptor.count': { resource: 'handles', unit: 'open', scale: 1 },
  'holdfast.io.pressure': { resource: 'disk', unit: '%', scale: 100 },
  'process.memory.usage': { resource: 'memory', unit: 'MB', scale: 1e-6 },
};

/** What makes others wait when it is full. A heap that is has garbage yet to be collected. */
const saturating: ReadonlySet<ResourceName> = new Set(['cpu', 'event-loop', 'queue', 'disk', 'memory']);

const order: readonly ResourceName[] = [
  ...(['cpu', 'memory', 'heap', 'event-loop', 'gc', 'handles', 'queue', 'disk', 'network'] as const),
];

/** Utilisation and saturation of processes, as far as their metrics tell. */
export class ResourceCurves {
  readonly #store: TelemetryStore;

  constructor(store: TelemetryStore) {
    this.#store = store;
  }

  /** By the id of the resource (the process) that sent them. */
  async rows(window: Steps, service: string): Promise<Map<number, ResourceRow[]>> {
    const points = await this.#store.gauges(window, metricsRead, (resource) => resource.service === service);
    const rows = new Map<number, ResourceRow[]>();
    for (const [resource, byMetric] of points) rows.set(resource, rowsOf(window, byMetric));
    return rows;
  }

  /** The fullest resource of all processes; null where none tells. */
  async saturation(window: Steps, service?: string): Promise<Curve | null> {
    const points = await this.#store.gauges(
      window,
      Object.keys(utilizations).filter((metric) => saturating.has(utilizations[metric]!)),
      (resource) => service === undefined || resource.service === service,
    );
    const fullest = new Map<number, number>();
    for (const byMetric of points.values()) {
      for (const bySteps of byMetric.values()) {
        for (const [step, value] of bySteps) fullest.set(step, Math.max(fullest.get(step) ?? 0, value));
      }
    }
    return fullest.size === 0 ? null : curveIn(window, fullest);
  }
}

const metricsRead = [...Object.keys(utilizations), ...Object.keys(saturations)];

function rowsOf(window: Steps, points: ResourcePoints): ResourceRow[] {
  const rows = new Map<
    ResourceName,
    { utilization: Curve | null; saturation: Curve | null; unit: string | undefined }
  >();
  const row = (resource: ResourceName) => {
    const found = rows.get(resource) ?? { utilization: null, saturation: null, unit: undefined };
    rows.set(resource, found);
    return found;
  };
  for (const [metric, bySteps] of points) {
    const used = utilizations[metric];
    if (used !== undefined) row(used).utilization = curveIn(window, bySteps);
    const waiting = saturations[metric];
    if (waiting === undefined) continue;
    const of = row(waiting.resource);
    of.saturation = curveIn(window, bySteps, waiting.scale);
    of.unit = waiting.unit;
  }
  return order.flatMap((resource) => {
    const found = rows.get(resource);
    return found === undefined ? [] : [{ resource, ...found, errors: undefined }];
  });
}

function curveIn(window: Steps, bySteps: ReadonlyMap<number, number>, scale = 1): Curve {
  const indexes = window.steps.map((_, index) => index);
  return curveOf({ ...window, steps: indexes }, (step) => {
    const value = bySteps.get(step);
    return value === undefined ? null : value * scale;
  });
}
