import type { AdminClusterMember } from '../api/console-api.ts';

/** What is known of a cluster's addresses. */
interface ClusterAddresses {
  readonly name: string;
  readonly members: readonly Pick<AdminClusterMember, 'name' | 'clientUrls' | 'nativeUrls'>[];
}

/** Where a client asks. */
interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Who is reached at an address. */
export interface MemberAt {
  readonly cluster: string;
  readonly member: string;
}

/** Members of clusters by where clients reach them: `127.0.0.1:2379`. */
export type MemberAddresses = ReadonlyMap<string, MemberAt>;

export function memberAddresses(clusters: readonly ClusterAddresses[]): MemberAddresses {
  const addresses = new Map<string, MemberAt>();
  for (const { name: cluster, members } of clusters)
    for (const { name: member, clientUrls, nativeUrls } of members)
      for (const url of [...clientUrls, ...nativeUrls])
        addresses.set(addressOf(url.replace(/^[a-z]+:\/\//, '')), { cluster, member });
  return addresses;
}

/** The member at an endpoint of a client, where it is known. */
export function memberAt(addresses: MemberAddresses, { host, port }: Endpoint): MemberAt | undefined {
  return addresses.get(addressOf(`${host.includes(':') ? `[${host}]` : host}:${port}`));
}

/** The cluster that a client is one of: that of the first of its endpoints that is known. */
export function clusterOf(
  addresses: MemberAddresses,
  { endpoints }: { readonly endpoints: readonly Endpoint[] },
): string | undefined {
  for (const endpoint of endpoints) {
    const found = memberAt(addresses, endpoint);
    if (found !== undefined) return found.cluster;
  }
  return undefined;
}

function addressOf(text: string): string {
  return text.toLowerCase().replace(/^localhost:/, '127.0.0.1:');
}
