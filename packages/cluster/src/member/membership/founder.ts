import { invalidArgument } from '@holdfast/core';
import type { MemberIdentity } from '../log/identity.ts';
import type { MemberSettings } from '../member-settings.ts';
import { clusterIdOf, memberIdOf } from './member-id.ts';

/** Who a first member of a new cluster is. @throws HoldfastError INVALID_ARGUMENT. */
export function founderOf({
  name,
  initialCluster,
  peerUrls,
  token,
}: Pick<MemberSettings, 'initialCluster' | 'name' | 'peerUrls' | 'token'>): MemberIdentity {
  const peers = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  for (const [member, urls] of initialCluster) {
    const id = memberIdOf(urls, token);
    peers.set(id, urls);
    names.set(id, member);
  }
  const memberId = memberIdOf(initialCluster.get(name)!, token);
  if (memberId !== memberIdOf(peerUrls, token)) {
    throw invalidArgument('peerUrls', peerUrls.join(', '), `those of ${name} in initialCluster`);
  }
  return { clusterId: clusterIdOf([...peers.keys()]), memberId, token, peers, names, founder: true };
}
