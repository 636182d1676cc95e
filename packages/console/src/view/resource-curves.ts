import type { Curve, ResourceRow } from '../api/console-api.ts';
import type { Increase, ResourcePoints } from '../store/point-reader.ts';
import type { Resource } from '../store/shape-book.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { KeptAnswers, windowKey } from './kept-answers.ts';
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

interface Told {
  readonly resource: ResourceName;
  readonly unit: string;
  /** What makes the metric a number in that unit. */
  readonly scale: number;
}

/** Gauges that tell what waits, or how long. */
const saturations: Readonly<Record<string, Told>> = {
  'holdfast.cpu.pressure': { resource: 'cpu', unit: '%', scale: 100 },
  'holdfast.memory.pressure': { resource: 'memory', unit: '%', scale: 100 },
  'nodejs.eventloop.delay.p99': { resource: 'event-loop', unit: 'ms', scale: 1e3 },
  'holdfast.queue.length': { resource: 'queue', unit: 'waiting', scale: 1 },
  'holdfast.io.pressure': { resource: 'disk', unit: '%', scale: 100 },
};

/** Gauges that tell what a resource holds. */
const amounts: Readonly<Record<string, Told>> = {
  'process.memory.usage': { resource: 'memory', unit: 'B', scale: 1 },
  'process.unix.file_descriptor.count': { resource: 'handles', unit: 'open', scale: 1 },
};

/** Counters of what a resource lets through. */
const flows: Readonly<Record<string, ResourceName>> = {
  'process.disk.io': 'disk',
  'system.network.io': 'network',
};

/** Counters of what went wrong. */
const failures: Readonly<Record<string, ResourceName>> = {
  'holdfast.cgroup.memory.oom_kills': 'memory',
  'holdfast.queue.dropped': 'queue',
  'system.network.errors': 'network',
};

/** Packets that found no room, and how long collections of garbage held everything up. */
const droppedPackets = 'system.network.packet.dropped';
const collections = 'v8js.gc.duration';

/** For how long the quota of a container held threads back. Each of them counts: in a second it may grow by more than one. */
const throttling = 'holdfast.cgroup.cpu.throttled.time';

/** What makes others wait when it is full. A heap that is has garbage yet to be collected. */
const saturating: ReadonlySet<ResourceName> = new Set(['cpu', 'event-loop', 'queue', 'disk', 'memory']);

const order: readonly ResourceName[] = [
  ...([
    'cpu',
    'cpu-limit',
    'memory',
    'heap',
    'event-loop',
    'gc',
    'handles',
    'queue',
    'disk',
    'network',
  ] as const),
];

/** Utilisation, saturation and errors of processes, as far as their metrics tell. */
export class ResourceCurves {
  readonly #store: TelemetryStore;
  readonly #now: () => number;
  readonly #rows: KeptAnswers<ReadonlyMap<number, readonly ResourceRow[]>>;
  readonly #saturations: KeptAnswers<Curve | null>;
  readonly #throttled: KeptAnswers<ReadonlyMap<Resource, number>>;

  constructor(store: TelemetryStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#rows = new KeptAnswers({ ...kept, now });
    this.#saturations = new KeptAnswers({ ...kept, now });
    this.#throttled = new KeptAnswers({ ...kept, now });
  }

  /** By the id of the resource (the process) that sent them. */
  rows(window: Steps, service: string): Promise<ReadonlyMap<number, readonly ResourceRow[]>> {
    return this.#rows.get(this.#keyOf(window, service), () => this.#readRows(window, service));
  }

  async #readRows(window: Steps, service: string): Promise<Map<number, ResourceRow[]>> {
    const own = (resource: Resource): boolean => resource.service === service;
    const [gauges, increases] = await Promise.all([
      this.#store.gauges(window, gaugesRead, own),
      this.#store.increases(window, increasesRead, own),
    ]);
    const rows = new Map<number, ResourceRow[]>();
    for (const id of new Set([...gauges.keys(), ...increases.keys()])) {
      rows.set(id, rowsOf(window, gauges.get(id) ?? new Map(), increases.get(id) ?? new Map()));
    }
    return rows;
  }

  /** The fullest resource of all processes; null where none tells. */
  saturation(window: Steps, service?: string): Promise<Curve | null> {
    return this.#saturations.get(this.#keyOf(window, service), () => this.#saturation(window, service));
  }

  /** For which share of the last minute the quota of its container held a process back, of those where it did. */
  throttled(): Promise<ReadonlyMap<Resource, number>> {
    return this.#throttled.get('now', async () => {
      const now = this.#now();
      const window = { from: now - throttledMillis, to: now, step: throttledMillis };
      const grown = await this.#store.increases(window, [throttling], () => true);
      return new Map(
        [...grown].flatMap(([id, byMetric]) => {
          const share = heldBack(byMetric.get(throttling)?.get(0)?.value ?? 0, throttledMillis);
          return share > 0 ? [[this.#store.book.resources[id]!, share]] : [];
        }),
      );
    });
  }

  #keyOf(window: Steps, service: string | undefined): string {
    return JSON.stringify([windowKey(window, this.#now(), window.step), service]);
  }

  async #saturation(window: Steps, service: string | undefined): Promise<Curve | null> {
    const wanted = (resource: Resource): boolean => service === undefined || resource.service === service;
    const metrics = Object.keys(utilizations).filter((metric) => saturating.has(utilizations[metric]!));
    const [points, grown] = await Promise.all([
      this.#store.gauges(window, metrics, wanted),
      this.#store.increases(window, [throttling], wanted),
    ]);
    const fullest = new Map<number, number>();
    const add = (step: number, value: number): void => {
      fullest.set(step, Math.max(fullest.get(step) ?? 0, value));
    };
    for (const byMetric of points.values()) {
      for (const bySteps of byMetric.values()) for (const [step, value] of bySteps) add(step, value);
    }
    for (const byMetric of grown.values()) {
      for (const bySteps of byMetric.values()) {
        for (const [step, { value }] of bySteps) add(step, heldBack(value, window.step));
      }
    }
    return fullest.size === 0 ? null : curveIn(window, fullest);
  }
}

/** Curves have steps of ten seconds and more: little is missed. */
const kept = { goodMillis: 5_000, staleMillis: 15_000, keptMax: 16 };
const throttledMillis = 60_000;

/** The share of some time, in milliseconds, for which threads were held back by so many seconds in all. */
function heldBack(seconds: number, millis: number): number {
  return Math.min(1, (seconds * 1e3) / millis);
}

const gaugesRead = [utilizations, saturations, amounts].flatMap(Object.keys);
const increasesRead = [
  ...Object.keys(flows),
  ...Object.keys(failures),
  droppedPackets,
  collections,
  throttling,
];

type GrowingRow = { -readonly [Field in keyof ResourceRow]: ResourceRow[Field] };

function rowsOf(
  window: Steps,
  gauges: ResourcePoints,
  increases: ReadonlyMap<string, ReadonlyMap<number, Increase>>,
): ResourceRow[] {
  const rows = new Map<ResourceName, GrowingRow>();
  const row = (resource: ResourceName): GrowingRow => {
    const found = rows.get(resource) ?? { resource, ...nothingTold };
    rows.set(resource, found);
    return found;
  };
  for (const [metric, bySteps] of gauges) {
    const used = utilizations[metric];
    if (used !== undefined) row(used).utilization = curveIn(window, bySteps);
    const waiting = saturations[metric];
    if (waiting !== undefined) {
      row(waiting.resource).saturation = curveIn(window, bySteps, waiting.scale);
      row(waiting.resource).unit = waiting.unit;
    }
    const held = amounts[metric];
    if (held !== undefined) {
      row(held.resource).amount = curveIn(window, bySteps, held.scale);
      row(held.resource).amountUnit = held.unit;
    }
  }
  const perSecond = 1e3 / window.step;
  for (const [metric, bySteps] of increases) {
    const flowing = flows[metric];
    if (flowing !== undefined) {
      row(flowing).amount = curveIn(window, valuesOf(bySteps), perSecond);
      row(flowing).amountUnit = 'B/s';
    }
    const failing = failures[metric];
    if (failing !== undefined) row(failing).errors = sumOf(bySteps);
    if (metric === droppedPackets) {
      row('network').saturation = curveIn(window, valuesOf(bySteps), perSecond);
      row('network').unit = 'dropped/s';
    }
    if (metric === throttling) {
      const shares = new Map([...bySteps].map(([step, { value }]) => [step, heldBack(value, window.step)]));
      row('cpu-limit').saturation = curveIn(window, shares, 100);
      row('cpu-limit').unit = '% throttled';
    }
    if (metric === collections) {
      row('gc').saturation = curveIn(window, meansOf(bySteps), 1e3);
      row('gc').unit = 'ms';
    }
  }
  return order.flatMap((resource) => rows.get(resource) ?? []);
}

const nothingTold = {
  utilization: null,
  saturation: null,
  unit: undefined,
  amount: null,
  amountUnit: undefined,
  errors: undefined,
} as const;

function valuesOf(bySteps: ReadonlyMap<number, Increase>): Map<number, number> {
  return new Map([...bySteps].map(([step, { value }]) => [step, value]));
}

/** Of each step in which there was one. */
function meansOf(bySteps: ReadonlyMap<number, Increase>): Map<number, number> {
  return new Map(
    [...bySteps].flatMap(([step, { value, count }]) => (count > 0 ? [[step, value / count]] : [])),
  );
}

function sumOf(bySteps: ReadonlyMap<number, Increase>): number {
  return [...bySteps.values()].reduce((sum, { value }) => sum + value, 0);
}

function curveIn(window: Steps, bySteps: ReadonlyMap<number, number>, scale = 1): Curve {
  const indexes = window.steps.map((_, index) => index);
  return curveOf({ ...window, steps: indexes }, (step) => {
    const value = bySteps.get(step);
    return value === undefined ? null : value * scale;
  });
}
