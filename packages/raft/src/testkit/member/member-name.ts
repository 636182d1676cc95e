import type { MemberId } from '../../membership/member-id.ts';

const separator = '+';

/**
 * The id of a member on `host`. A host whose disk was lost has forgotten its votes: it must join as somebody new, so
 * that ids count the lives of a host's disk, from 1.
 */
export function memberIdOf(host: string, life: number): MemberId {
  return life === 1 ? host : `${host}${separator}${life}`;
}

/** Where a member lives. */
export function hostOf(id: MemberId): string {
  const at = id.indexOf(separator);
  return at === -1 ? id : id.slice(0, at);
}
