import { totalmem } from 'node:os';
import type { ObservedHost } from './observed-host.ts';

/** Memory of the process, against what its host or container has. */
export function observeMemory({ files, group, registry }: ObservedHost): void {
  const limit = () => Math.min(group.read().memoryLimit ?? Number.POSITIVE_INFINITY, totalmem());
  registry.observe(
    'process.memory.usage',
    { kind: 'updown', unit: 'By', help: 'Memory that is resident.' },
    () => process.memoryUsage.rss(),
  );
  registry.observe(
    'process.memory.virtual',
    { kind: 'updown', unit: 'By', help: 'Memory that is mapped.' },
    () => {
      const kibibytes = /^VmSize:\s+(\d+) kB$/m.exec(files.read('/proc/self/status') ?? '')?.[1];
      return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
    },
  );
  registry.observe(
    'holdfast.process.memory.limit',
    {
      kind: 'gauge',
      unit: 'By',
      help: 'Memory that there is: of the host, or less by the limit of the container.',
    },
    limit,
  );
  registry.observe(
    'process.memory.utilization',
    { kind: 'gauge', unit: '1', help: 'Share of the memory that there is.' },
    () => process.memoryUsage.rss() / limit(),
  );
  registry.observe(
    'container.memory.usage',
    { kind: 'updown', unit: 'By', help: 'Memory of all processes of the control group.' },
    () => group.read().memoryUsage,
  );
  registry.observe(
    'holdfast.cgroup.memory.oom_kills',
    {
      kind: 'counter',
      unit: '{kill}',
      help: 'Processes of the control group that were ended for want of memory.',
    },
    () => group.read().outOfMemoryKills,
  );
  registry.observe(
    'process.paging.faults',
    {
      kind: 'counter',
      unit: '{fault}',
      help: 'Page faults; the major ones waited for a disk.',
      labels: ['system.paging.fault.type'],
    },
    () => {
      const { majorPageFault, minorPageFault } = process.resourceUsage();
      return [
        { labels: { 'system.paging.fault.type': 'major' }, value: majorPageFault },
        { labels: { 'system.paging.fault.type': 'minor' }, value: minorPageFault },
      ];
    },
  );
}
