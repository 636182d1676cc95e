import { randomBytes } from 'node:crypto';
import type { World } from '@holdfast/core';
import { AuthService } from '../auth/auth-service.ts';
import { Callers } from '../auth/callers.ts';
import { type PasswordHashing, ScryptHashing } from '../auth/password-hashing.ts';
import { Tokens } from '../auth/tokens.ts';
import type { UsersAndRoles } from '../auth/users-and-roles.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Store } from '../state/store.ts';
import type { MethodTable } from './call.ts';
import { clusterServices } from './cluster-services.ts';
import { Headers } from './headers.ts';
import { ElectionService } from './queues/election-service.ts';
import { LeaseQueue } from './queues/lease-queue.ts';
import { LocalServices } from './queues/local-services.ts';
import { lockMethods } from './queues/lock-service.ts';
import type { ServiceLimits } from './service-parts.ts';

export interface MemberServicesOptions {
  readonly member: ClusterMember;
  /** The state of the same member, made with `usersAndRoles` as its `auth`. */
  readonly store: Store;
  readonly usersAndRoles: UsersAndRoles;
  readonly world: World;
  /** Whether who shows a certificate but no token is the user whom it names: etcd's `--client-cert-auth`. Default false. */
  readonly usersByCertificate?: boolean;
  /** Default scrypt. */
  readonly passwords?: PasswordHashing;
  /** So many bytes that nobody can guess. Default those of the operating system. */
  readonly secret?: (bytes: number) => Uint8Array;
  readonly limits?: Partial<ServiceLimits>;
}

/** All that a member serves: etcd's services, those for users and roles, locks and elections. */
export function memberServices(options: MemberServicesOptions): MethodTable {
  const { member, store, usersAndRoles, world, limits } = options;
  const tokens = new Tokens(usersAndRoles, () => member.clusterTime());
  const callers = new Callers(usersAndRoles, tokens, {
    byCertificate: options.usersByCertificate ?? false,
    readBarrier: (signal) => member.readBarrier({ signal }),
  });
  const auth = new AuthService({
    member,
    usersAndRoles,
    tokens,
    callers,
    passwords: options.passwords ?? new ScryptHashing(),
    secret: options.secret ?? randomBytes,
    headers: new Headers(member, store),
  });
  const local = new LocalServices(() => methods);
  const queue = new LeaseQueue(local);
  const onBehalf = callers.onBehalf.bind(callers);
  const methods = clusterServices({
    member,
    store,
    world,
    callers,
    further: [
      ...auth.methods(),
      ...lockMethods(local, queue, onBehalf),
      ...new ElectionService(local, queue, onBehalf).methods(),
    ],
    ...(limits && { limits }),
  });
  return methods;
}
