import type { Address } from '@holdfast/core';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Store } from '../state/store.ts';
import type { InspectedCluster } from './inspected-cluster.ts';

/** A member of a cluster with its folder and its doors. */
export interface Node extends InspectedCluster {
  readonly member: ClusterMember;
  /** The state of its member. */
  readonly store: Store;
  readonly addresses: NodeAddresses;
  /** Connections of clients that are open, by protocol. */
  connections(): { readonly grpc: number; readonly native: number };
  /** Undefined when it has a leader and no alarm; else what is wrong, in a few words. */
  unhealthy(): string | undefined;
  /**
   * Leaves in order: it says that it is not ready, hands over leadership, takes no more calls, answers those under way,
   * and lets go of its folder. Whoever is still there when the grace is over is cut off.
   */
  stop(): Promise<void>;
  /** Settles when it has stopped: rejects with what made it stop by itself (a failing disk, damage, its removal). */
  readonly stopped: Promise<void>;
}

/** Where it listens. */
export interface NodeAddresses {
  readonly client: readonly Address[];
  readonly native: readonly Address[];
  readonly peer: Address;
  readonly metrics: readonly Address[];
}
