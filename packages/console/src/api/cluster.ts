import type { AdminCluster, AdminClusterClient } from '@holdfast/telemetry';

/** What a process says of its cluster, and which one says so: of its members the one that reaches most others. */
export interface ClusterView extends AdminCluster {
  readonly source: string;
  readonly service: string;
  /** Leaders and terms as they changed, the newest first. */
  readonly history: readonly { readonly at: number; readonly text: string }[];
}

/** A client of a cluster, or of another store that has members, and the process that has it. */
export interface ClientRow extends AdminClusterClient {
  readonly source: string;
  readonly service: string;
  readonly instance: string;
}
