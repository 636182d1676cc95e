import type { World } from '@holdfast/core';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Store } from '../state/store.ts';
import type { CallerIdentity } from './caller-identity.ts';
import type { Headers } from './headers.ts';

/** What the services stand on. */
export interface ServiceParts {
  readonly member: ClusterMember;
  /** The state of the same member. */
  readonly store: Store;
  readonly world: World;
  readonly callers: CallerIdentity;
  readonly headers: Headers;
  readonly limits: ServiceLimits;
}

export interface ServiceLimits {
  /** Bytes of the largest request that is proposed. */
  readonly requestBytesMax: number;
  /** Operations in one transaction. */
  readonly transactionOperationsMax: number;
  /** Seconds that a lease has at least. */
  readonly leaseTtlMin: number;
  /** Watches on one stream. */
  readonly watchesPerStreamMax: number;
  /** Microseconds from one progress notification of a watch without events to the next. */
  readonly watchProgressInterval: number;
}
