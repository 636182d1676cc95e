import { clusterErrors } from '../errors.ts';
import type { ClusterMember } from './cluster-member.ts';
import type { MemberOptions } from './member-options.ts';

/** Starts one member of a cluster; resolves once it has recovered what its folder holds, and takes part. */
export async function startMember(options: MemberOptions): Promise<ClusterMember> {
  throw clusterErrors.create('MEMBER_STOPPED', { message: `${options.name} cannot start yet` });
}
