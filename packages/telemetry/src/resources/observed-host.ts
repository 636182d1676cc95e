import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { ControlGroup, ControlGroupReading } from './control-group.ts';
import type { HostFiles } from './host-files.ts';
import type { Sampler } from './sampler.ts';

/** What metrics of resources are made of. */
export interface ObservedHost {
  readonly registry: MetricRegistry;
  readonly files: HostFiles;
  readonly group: ControlGroup;
  /** What the group said when this reading of the registry, or this look of the sampler, began. */
  limits(): ControlGroupReading;
  readonly sampler: Sampler;
}
