import type { World } from '@holdfast/core';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Store } from '../state/store.ts';
import type { MethodTable } from './call.ts';
import { anyCaller, type CallerIdentity } from './caller-identity.ts';
import { ClusterService } from './cluster-service.ts';
import { behindDoor } from './door.ts';
import { Headers } from './headers.ts';
import { HealthService } from './health-service.ts';
import { KvService } from './kv-service.ts';
import { LeaseService } from './lease-service.ts';
import { MaintenanceService } from './maintenance-service.ts';
import { MemberCondition } from './member-condition.ts';
import type { AnyMethod } from './method.ts';
import type { ServiceLimits, ServiceParts } from './service-parts.ts';
import { SessionService } from './session-service.ts';
import { WatchService } from './watch-service.ts';

export interface ClusterServicesOptions {
  readonly member: ClusterMember;
  /** The state of the same member. */
  readonly store: Store;
  readonly world: World;
  /** Finds out who calls. Default: nobody needs to say. */
  readonly callers?: CallerIdentity;
  /** Methods of further services (Auth, Lock, Election), put behind the same door. */
  readonly further?: readonly AnyMethod[];
  /** Defaults: requests of 1.5 MiB, 128 operations, leases of 2 s, 100,000 watches a stream, progress every 10 min. */
  readonly limits?: Partial<ServiceLimits>;
}

/** All services of a member, as a front end serves them. */
export function clusterServices(options: ClusterServicesOptions): MethodTable {
  const { member, store, world, callers = anyCaller, further = [], limits } = options;
  const parts: ServiceParts = {
    member,
    store,
    world,
    callers,
    headers: new Headers(member, store),
    limits: {
      requestBytesMax: 1_572_864,
      transactionOperationsMax: 128,
      leaseTtlMin: 2,
      watchesPerStreamMax: 100_000,
      watchProgressInterval: 600_000_000,
      ...limits,
    },
  };
  const methods = [
    ...new KvService(parts).methods(),
    ...new WatchService(parts).methods(),
    ...new LeaseService(parts).methods(),
    ...new ClusterService(parts).methods(),
    ...new MaintenanceService(parts).methods(),
    ...new SessionService(parts).methods(),
    ...new HealthService().methods(),
    ...further,
  ];
  const door = { member, world, condition: new MemberCondition(member, world.clock) };
  return new Map(methods.map((method) => [method.path, behindDoor(method, door)]));
}
