import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterReport, InspectedCluster } from '@holdfast/cluster';
import { componentRegistry } from '@holdfast/core';
import type { AdminCluster } from './admin-api.ts';

const clusters = componentRegistry<InspectedCluster>('holdfast.clusters');

/** Milliseconds that a cluster has for its answer: its members are given less. */
const patience = 2_000;

export function hasClusters(): boolean {
  return clusters.list().length > 0;
}

/** The clusters that this process has a member of; one that has just stopped, or does not answer, is left out. */
export async function describeClusters(): Promise<AdminCluster[]> {
  const reports = await Promise.all(clusters.list().map(inTime));
  return reports.filter((report) => report !== undefined);
}

async function inTime(cluster: InspectedCluster): Promise<ClusterReport | undefined> {
  const answered = new AbortController();
  const late = wait(patience, undefined, { signal: answered.signal, ref: false }).catch(() => undefined);
  const report = await Promise.race([cluster.report().catch(() => undefined), late]);
  answered.abort();
  return report;
}
