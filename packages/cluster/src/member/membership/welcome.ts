import type { MemberDescription } from '../cluster-member.ts';
import type { MemberIdentity } from '../log/identity.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';

/** First bytes of what a member that joins asks, and of the answer. */
export const joinKind = 37;
export const welcomeKind = 38;

export function encodeJoin(): Uint8Array {
  return Uint8Array.of(joinKind);
}

/** Tells a member that joins who it is, and who the others are. */
export function encodeWelcome(
  clusterId: string,
  memberId: string,
  members: readonly MemberDescription[],
): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(welcomeKind);
  writer.text(clusterId);
  writer.text(memberId);
  writer.u32(members.length);
  for (const { id, name, peerUrls } of members) {
    writer.text(id);
    writer.text(name);
    writer.texts(peerUrls);
  }
  return writer.take();
}

/** Undefined for another message. @throws HoldfastError PEER_MESSAGE_MALFORMED. */
export function decodeWelcome(bytes: Uint8Array, token: string): MemberIdentity | undefined {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== welcomeKind) return undefined;
  const clusterId = reader.text();
  const memberId = reader.text();
  const peers = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  for (let left = reader.count(12); left > 0; left--) {
    const id = reader.text();
    names.set(id, reader.text());
    peers.set(id, reader.texts());
  }
  return { clusterId, memberId, token, peers, names, founder: false };
}
