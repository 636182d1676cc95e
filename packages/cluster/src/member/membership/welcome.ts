import type { MemberDescription } from '../cluster-member.ts';
import { ByteReader, malformed } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { isMemberId } from './member-id.ts';

/** First bytes of what a member that joins asks, and of the answer. */
export const joinKind = 37;
export const welcomeKind = 38;

export function encodeJoin(): Uint8Array {
  return Uint8Array.of(joinKind);
}

/** Who takes part, as one member tells another, which asks because it joins, or has heard of one that it does not know. */
export interface Welcome {
  readonly clusterId: string;
  /** Who is told. */
  readonly memberId: string;
  readonly peers: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, string>;
}

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

/** Reads a message of {@link welcomeKind}. @throws HoldfastError PEER_MESSAGE_MALFORMED. */
export function decodeWelcome(bytes: Uint8Array): Welcome {
  const reader = new ByteReader(bytes);
  reader.u8();
  const clusterId = reader.text();
  const memberId = reader.text();
  const peers = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  for (let left = reader.count(12); left > 0; left--) {
    const id = reader.text();
    if (!isMemberId(id)) throw malformed(`a member called ${id}`);
    names.set(id, reader.text());
    peers.set(id, reader.texts());
  }
  return { clusterId, memberId, peers, names };
}
