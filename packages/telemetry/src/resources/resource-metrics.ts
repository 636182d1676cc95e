import { type Duration, toMillis, toPositiveMicros } from '@holdfast/core';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import { ControlGroup } from './control-group.ts';
import { observeDisk } from './disk-metrics.ts';
import { observeEventLoop } from './event-loop-metrics.ts';
import { observeGarbage } from './garbage-metrics.ts';
import { observeHandles } from './handle-metrics.ts';
import { observeHeap } from './heap-metrics.ts';
import { KernelFiles } from './host-files.ts';
import { observeMemory } from './memory-metrics.ts';
import { observeNetwork } from './network-metrics.ts';
import type { ObservedHost } from './observed-host.ts';
import { observePressure } from './pressure-metrics.ts';
import { observeProcessor } from './processor-metrics.ts';
import { Sampler } from './sampler.ts';

export interface ResourceMetricsOptions {
  readonly registry: MetricRegistry;
  /** Folders whose file systems are watched. Default the working directory. */
  readonly folders?: readonly string[];
  /** Over which time shares and delays are taken. Default `'5s'`. */
  readonly sampling?: Duration;
}

export interface ResourceMetrics {
  /** Stops looking. The metrics keep what was last seen. */
  stop(): void;
}

/**
 * Utilisation, saturation and errors ("USE") of what this process lives on: CPU, memory, heap, event loop, garbage collection,
 * handles, disk and network, by the names of OpenTelemetry's conventions where they have one. Limits are those of the container,
 * where there is one.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a bad option; METRIC_EXISTS when the registry has them already.
 */
export function observeResources({
  folders = ['.'],
  registry,
  sampling = '5s',
}: ResourceMetricsOptions): ResourceMetrics {
  const sampler = new Sampler(Math.ceil(toMillis(toPositiveMicros(sampling, 'sampling'))));
  const files = new KernelFiles();
  registry.beforeReading(() => files.forget());
  sampler.each(() => files.forget());
  const host: ObservedHost = { registry, files, group: new ControlGroup(files), sampler };
  observeProcessor(host);
  observeMemory(host);
  observeHeap(host);
  observeHandles(host);
  observeDisk(host, folders);
  observeNetwork(host);
  observePressure(host);
  const ends = [observeEventLoop(host), observeGarbage(host)];
  return {
    stop: () => {
      sampler.stop();
      for (const end of ends) end();
    },
  };
}
