import type { ClusterClient } from '@holdfast/cluster';
import type { Member } from '@holdfast/cluster/etcd';
import { UsageError } from '../usage-error.ts';

/** A member's id as people write it: 16 hexadecimal digits. */
export function idText(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}

/** The members, as whoever is asked knows them: it may be a little behind, and does without a majority. */
export async function membersOf(client: ClusterClient): Promise<readonly Member[]> {
  return (await client.cluster.memberList({ linearizable: false })).members;
}

/** The members after all that was done before: for what is decided by them. */
export async function membersNow(client: ClusterClient): Promise<readonly Member[]> {
  return (await client.cluster.memberList({ linearizable: true })).members;
}

/** The member of that name or id. @throws UsageError when there is none, or more than one. */
export async function memberCalled(client: ClusterClient, text: string): Promise<Member> {
  const members = await membersNow(client);
  const found = members.filter((member) => member.name === text || idText(member.id) === text.toLowerCase());
  if (found.length === 1) return found[0]!;
  const known = members.map(({ id, name }) => (name ? `${name} (${idText(id)})` : idText(id))).join(', ');
  const hint = members.some(({ name }) => name === '')
    ? '; one that has not started yet has no name, only its id'
    : '';
  throw new UsageError(
    `${found.length === 0 ? 'no' : 'more than one'} member is called ${text}: there are ${known}${hint}`,
  );
}
