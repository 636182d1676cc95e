import type { ClientRow, ClusterView } from '../api/console-api.ts';

/** Who is reached at an address. */
export interface MemberAt {
  readonly cluster: string;
  readonly member: string;
}

/** Members of clusters by where clients reach them: `127.0.0.1:2379`. */
export type MemberAddresses = ReadonlyMap<string, MemberAt>;

export function memberAddresses(views: readonly ClusterView[]): MemberAddresses {
  const addresses = new Map<string, MemberAt>();
  for (const { name: cluster, members } of views)
    for (const { name: member, clientUrls, nativeUrls } of members)
      for (const url of [...clientUrls, ...nativeUrls])
        addresses.set(addressOf(url.replace(/^[a-z]+:\/\//, '')), { cluster, member });
  return addresses;
}

/** The member at an endpoint of a client, where it is known. */
export function memberAt(
  addresses: MemberAddresses,
  { host, port }: { readonly host: string; readonly port: number },
): MemberAt | undefined {
  return addresses.get(addressOf(`${host.includes(':') ? `[${host}]` : host}:${port}`));
}

/** The cluster that a client is one of: that of the first of its endpoints that is known. */
export function clusterOf(addresses: MemberAddresses, { endpoints }: ClientRow): string | undefined {
  for (const endpoint of endpoints) {
    const found = memberAt(addresses, endpoint);
    if (found !== undefined) return found.cluster;
  }
  return undefined;
}

function addressOf(text: string): string {
  return text.toLowerCase().replace(/^localhost:/, '127.0.0.1:');
}
