import type { InspectedCluster } from '@holdfast/cluster';
import { componentRegistry } from '@holdfast/core';
import type { AdminCluster } from './admin-api.ts';

const clusters = componentRegistry<InspectedCluster>('holdfast.clusters');

export function hasClusters(): boolean {
  return clusters.list().length > 0;
}

/** The clusters that this process has a member of; one that has just stopped is left out. */
export async function describeClusters(): Promise<AdminCluster[]> {
  const reports = await Promise.allSettled(clusters.list().map((cluster) => cluster.inspect()));
  return reports.flatMap((report) => (report.status === 'fulfilled' ? [report.value] : []));
}
