import { createHash } from 'node:crypto';

/**
 * The id of a member, made as etcd makes it: from its peer URLs and the cluster's token, and for one that is added later
 * from the time as well. 16 hexadecimal digits.
 */
export function memberIdOf(peerUrls: readonly string[], token: string, seconds?: number): string {
  const text = [...peerUrls].sort().join('') + token + (seconds === undefined ? '' : String(seconds));
  return hashOf(text);
}

/** The id of a cluster: a hash of the ids of its first members. */
export function clusterIdOf(memberIds: readonly string[]): string {
  const bytes = new Uint8Array(memberIds.length * 8);
  const view = new DataView(bytes.buffer);
  [...memberIds].sort().forEach((id, place) => {
    view.setBigUint64(place * 8, numberOf(id));
  });
  return hashOf(bytes);
}

export function isMemberId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}

/** The id as etcd's API has it. */
export function numberOf(id: string): bigint {
  return BigInt(`0x${id}`);
}

export function idOf(number: bigint): string {
  return number.toString(16).padStart(16, '0');
}

/** The first 8 bytes of SHA-1: for names only, it protects nothing. */
function hashOf(data: string | Uint8Array): string {
  return createHash('sha1').update(data).digest('hex').slice(0, 16);
}
