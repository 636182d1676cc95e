import type { ObservedHost } from './observed-host.ts';

type Resource = 'cpu' | 'memory' | 'io';

const resources: readonly Resource[] = ['cpu', 'memory', 'io'];
const shown: Readonly<Record<Resource, string>> = { cpu: 'CPU', memory: 'memory', io: 'disks' };

/**
 * For how long tasks waited for CPU, memory or disks, as Linux itself counts it ("PSI"): of the control group, else of the host.
 * The truest sign that a resource is short. Not every kernel tells.
 */
export function observePressure({ files, group, registry, sampler }: ObservedHost): void {
  /** Seconds for which some tasks, or all that could have run, waited. */
  const waited = (resource: Resource): Map<string, number> => {
    const text = group.pressure(resource) ?? files.read(`/proc/pressure/${resource}`) ?? '';
    return new Map(
      [...text.matchAll(/^(some|full) .*total=(\d+)$/gm)].map(([, share, micros]) => [
        share!,
        Number(micros) / 1e6,
      ]),
    );
  };
  registry.observe(
    'holdfast.host.pressure.time',
    {
      kind: 'counter',
      unit: 's',
      help: 'Time for which some tasks, or all that could have run, waited for a resource.',
      labels: ['holdfast.resource', 'holdfast.pressure'],
    },
    () =>
      resources.flatMap((resource) =>
        [...waited(resource)].map(([share, value]) => ({
          labels: { 'holdfast.resource': resource, 'holdfast.pressure': share },
          value,
        })),
      ),
  );
  for (const resource of resources) {
    let share: number | undefined;
    let before = waited(resource).get('some');
    let beforeAt = performance.now();
    sampler.each(() => {
      const seconds = waited(resource).get('some');
      const now = performance.now();
      if (seconds !== undefined && before !== undefined)
        share = (seconds - before) / ((now - beforeAt) / 1e3);
      before = seconds;
      beforeAt = now;
    });
    registry.observe(
      `holdfast.${resource}.pressure`,
      {
        kind: 'gauge',
        unit: '1',
        help: `Share of the time for which some task waited for ${shown[resource]}.`,
      },
      () => share,
    );
  }
}
