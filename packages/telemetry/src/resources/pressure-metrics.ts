import type { ObservedHost } from './observed-host.ts';

const resources = ['cpu', 'memory', 'io'] as const;

/**
 * For how long tasks waited for CPU, memory or disks, as Linux itself counts it ("PSI"): of the control group, else of the host.
 * The truest sign that a resource is short. Not every kernel tells.
 */
export function observePressure({ files, group, registry }: ObservedHost): void {
  registry.observe(
    'holdfast.host.pressure.time',
    {
      kind: 'counter',
      unit: 's',
      help: 'Time for which some tasks, or all that could have run, waited for a resource.',
      labels: ['holdfast.resource', 'holdfast.pressure'],
    },
    () =>
      resources.flatMap((resource) => {
        const text = group.pressure(resource) ?? files.read(`/proc/pressure/${resource}`) ?? '';
        return [...text.matchAll(/^(some|full) .*total=(\d+)$/gm)].map(([, share, micros]) => ({
          labels: { 'holdfast.resource': resource, 'holdfast.pressure': share! },
          value: Number(micros) / 1e6,
        }));
      }),
  );
}
