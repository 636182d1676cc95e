import { platformWorld, type World } from '@holdfast/core';
import { Histogram } from '../metrics/histogram.ts';
import { type HistogramBuckets, histogramBuckets, secondsBounds } from '../metrics/histogram-buckets.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { isFailure } from './is-failure.ts';
import type { OperationListener } from './operation-metrics.ts';

export interface GoldenSignalsOptions {
  /** Where the utilisation of resources is read, as `observeResources` and `QueueMetrics` put it there. */
  readonly registry: MetricRegistry;
  /** The operations that count: those that callers of the service begin. Default all, also those within others. */
  readonly operations?: readonly string[];
  /** Default the platform's. */
  readonly world?: World;
}

/** The four golden signals of the last minute. */
export interface Signals {
  /** Seconds that half, 95 % and 99 % of the operations took at most, 3.2 % off at most. Undefined without operations. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
  /** Operations a second. */
  readonly traffic: number;
  /** Share of them that failed; those that their callers gave up did not. Undefined without operations. */
  readonly errors: number | undefined;
  /** The fullest resource. Undefined where none is known. */
  readonly saturation: Saturation | undefined;
}

export interface Saturation {
  /** The metric that says so, such as `process.cpu.utilization`, and its labels. */
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** From 0 to 1. */
  readonly share: number;
}

/** The minute is cut into six; the signals are those of the part under way and the five before. */
const slotMicros = 10_000_000;
const slotCount = 6;

interface Slot {
  readonly number: number;
  readonly durations: Histogram;
  failures: number;
}

/** Latency, traffic, errors and saturation of a process at a glance: make it a listener of `OperationMetrics`. */
export class GoldenSignals implements OperationListener {
  readonly #registry: MetricRegistry;
  readonly #operations: ReadonlySet<string> | undefined;
  readonly #world: World;
  readonly #begun: number;
  readonly #buckets: HistogramBuckets = histogramBuckets(secondsBounds);
  #slots: readonly Slot[] = [];

  constructor({ operations, registry, world = platformWorld() }: GoldenSignalsOptions) {
    this.#registry = registry;
    this.#operations = operations === undefined ? undefined : new Set(operations);
    this.#world = world;
    this.#begun = world.clock.now();
  }

  operationEnded(name: string, micros: number, error: unknown): void {
    if (this.#operations !== undefined && !this.#operations.has(name)) return;
    const slot = this.#current(this.#world.clock.coarseNow());
    slot.durations.record(micros / 1e6);
    if (isFailure(error)) slot.failures += 1;
  }

  read(): Signals {
    const now = this.#world.clock.now();
    const first = Math.floor(now / slotMicros) - slotCount + 1;
    const all = new Histogram(this.#buckets);
    let failures = 0;
    for (const slot of this.#slots) {
      if (slot.number < first) continue;
      all.merge(slot.durations);
      failures += slot.failures;
    }
    const { count } = all;
    const seconds = (now - Math.max(this.#begun, first * slotMicros)) / 1e6;
    return {
      latency:
        count === 0
          ? undefined
          : { p50: all.quantile(0.5)!, p95: all.quantile(0.95)!, p99: all.quantile(0.99)! },
      traffic: count === 0 ? 0 : count / Math.max(seconds, 1),
      errors: count === 0 ? undefined : failures / count,
      saturation: this.#saturation(),
    };
  }

  #current(now: number): Slot {
    const number = Math.floor(now / slotMicros);
    const latest = this.#slots.at(-1);
    if (latest !== undefined && latest.number >= number) return latest;
    const slot = { number, durations: new Histogram(this.#buckets), failures: 0 };
    this.#slots = [...this.#slots.slice(1 - slotCount), slot];
    return slot;
  }

  #saturation(): Saturation | undefined {
    let fullest: Saturation | undefined;
    for (const family of this.#registry.families()) {
      if (family.kind !== 'gauge' || !family.name.endsWith('.utilization')) continue;
      for (const { labels, reading } of family.series()) {
        if (fullest !== undefined && !(reading.value > fullest.share)) continue;
        const shown = labels.names.map((name, index) => [name, labels.values[index]!]);
        fullest = { metric: family.name, labels: Object.fromEntries(shown), share: reading.value };
      }
    }
    return fullest;
  }
}
