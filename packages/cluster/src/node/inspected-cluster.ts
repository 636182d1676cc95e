import { type ComponentRegistry, componentRegistry } from '@holdfast/core';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { ClusterReport } from '../member/inspection/cluster-report.ts';
import { alarmNames } from '../services/alarm-names.ts';
import type { Store } from '../state/store.ts';

/** A cluster that a member of this process sees. */
export interface InspectedCluster {
  /** Asks every member. @throws HoldfastError MEMBER_STOPPED. */
  report(): Promise<ClusterReport>;
}

/** The clusters of which this process has a member. */
export const clusters: ComponentRegistry<InspectedCluster> = componentRegistry('holdfast.clusters');

/** What a member and its state tell of the whole. */
export async function inspectCluster(member: ClusterMember, store: Store): Promise<ClusterReport> {
  const report = await member.report();
  const alarms = store.alarms().map(({ alarm }) => alarmNames[alarm] ?? `alarm ${alarm}`);
  if (member.status().readOnly) alarms.push('disk full');
  return { ...report, alarms: [...new Set(alarms)] };
}
