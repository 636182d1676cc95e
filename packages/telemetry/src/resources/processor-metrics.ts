import { availableParallelism } from 'node:os';
import type { ControlGroup } from './control-group.ts';
import type { ObservedHost } from './observed-host.ts';

/** Use of the CPU, and what the limits of a container cost. */
export function observeProcessor({ group, registry, sampler }: ObservedHost): void {
  registry.observe(
    'process.cpu.time',
    { kind: 'counter', unit: 's', help: 'CPU time that was used.', labels: ['cpu.mode'] },
    () => {
      const { system, user } = process.cpuUsage();
      return [
        { labels: { 'cpu.mode': 'user' }, value: user / 1e6 },
        { labels: { 'cpu.mode': 'system' }, value: system / 1e6 },
      ];
    },
  );
  registry.observe(
    'holdfast.process.cpu.limit',
    {
      kind: 'gauge',
      unit: '{cpu}',
      help: 'CPUs that may be used at once: those there are, or less by quota.',
    },
    () => cpuLimit(group),
  );
  let utilization: number | undefined;
  let before = process.cpuUsage();
  let beforeAt = performance.now();
  sampler.each(() => {
    const { system, user } = process.cpuUsage(before);
    const now = performance.now();
    utilization = (system + user) / 1e3 / ((now - beforeAt) * cpuLimit(group));
    before = process.cpuUsage();
    beforeAt = now;
  });
  registry.observe(
    'process.cpu.utilization',
    { kind: 'gauge', unit: '1', help: 'Share of the CPU time that may be used.' },
    () => utilization,
  );
  registry.observe(
    'holdfast.cgroup.cpu.throttled.time',
    {
      kind: 'counter',
      unit: 's',
      help: 'Time for which threads were held back by the quota of the container.',
    },
    () => group.read().throttledSeconds,
  );
  registry.observe(
    'process.context_switches',
    {
      kind: 'counter',
      unit: '{context_switch}',
      help: 'Context switches; those that are not voluntary are for want of CPU time.',
      labels: ['process.context_switch.type'],
    },
    () => {
      const { involuntaryContextSwitches, voluntaryContextSwitches } = process.resourceUsage();
      return [
        { labels: { 'process.context_switch.type': 'voluntary' }, value: voluntaryContextSwitches },
        { labels: { 'process.context_switch.type': 'involuntary' }, value: involuntaryContextSwitches },
      ];
    },
  );
}

function cpuLimit(group: ControlGroup): number {
  return Math.min(group.read().cpuLimit ?? Number.POSITIVE_INFINITY, availableParallelism());
}
