import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { ControlGroup } from './control-group.ts';
import type { HostFiles } from './host-files.ts';
import type { Sampler } from './sampler.ts';

/** What metrics of resources are made of. */
export interface ObservedHost {
  readonly registry: MetricRegistry;
  readonly files: HostFiles;
  readonly group: ControlGroup;
  readonly sampler: Sampler;
}
