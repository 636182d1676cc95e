import type { FaultProfile } from '@holdfast/simulation';
import type { MemberOptions } from '../../member/member-options.ts';
import type { SessionLimits } from '../../state/sessions/session-table.ts';
import type { OrderKind } from './cluster-operation.ts';

export interface ClusterScenarioOptions {
  readonly name: string;
  /** The hosts of the first members. */
  readonly members: readonly string[];
  /** Hosts on which members may be added. Default none. */
  readonly spares?: readonly string[];
  /**
   * Hosts of clients that reach the members from outside: over the native protocol, with sessions and watches. Default
   * none: clients are on the members' hosts, and call those members.
   */
  readonly outside?: readonly string[];
  /** Clients on each host. Default 2. */
  readonly clients?: number;
  /** Default 3. */
  readonly keys?: number;
  /** Operations of clients in a second, all together. Default 15. */
  readonly rate?: number;
  /** Of a hundred operations on keys. Default 40. */
  readonly readsPerHundred?: number;
  /** Of a hundred operations. Default 5. */
  readonly leasesPerHundred?: number;
  /** Seconds that a lease has at least; it has two more at most. Default 1. */
  readonly leaseTtlMin?: number;
  /** Renewals of a lease at most. Default 5. */
  readonly renewalsMax?: number;
  /** Microseconds that a leader is isolated at least. Default 200 ms: mostly, nobody else is elected. */
  readonly isolationMin?: number;
  /** By how many parts per million clocks may drift where the operator makes them. Default 0. */
  readonly drift?: number;
  /** What the operator may order. Default those that leave the membership alone. */
  readonly orders?: readonly OrderKind[];
  /** Default 1. */
  readonly ordersPerSecond?: number;
  /** Of a hundred operations of clients outside. Default 0. */
  readonly watchesPerHundred?: number;
  /** Of a hundred operations of clients outside. Default 0. */
  readonly holdsPerHundred?: number;
  /** Of all members. */
  readonly sessions?: SessionLimits;
  readonly settings?: Partial<
    Pick<MemberOptions, 'reads' | 'snapshots' | 'limits' | 'segmentBytes' | 'leaseCheckpointInterval'>
  >;
  readonly faults?: FaultProfile;
}
