import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { isMemberId } from './member-id.ts';

/** What a member says of itself to another one, before anything else. */
export interface PeerIdentity {
  /** Empty, both, for one that is about to join, and does not know yet. */
  readonly clusterId: string;
  readonly memberId: string;
  readonly peerUrls: readonly string[];
  /** Whether it has no log yet: so has one that has lost it. */
  readonly fresh: boolean;
  /** Drawn anew whenever it starts. */
  readonly life: number;
}

/** What members speak among themselves. */
export const peerProtocol = 'holdfast-member';
export const peerProtocolVersion = 1;

export function encodePeerIdentity({ clusterId, memberId, peerUrls, fresh, life }: PeerIdentity): Uint8Array {
  const writer = new ByteWriter();
  writer.text(clusterId);
  writer.text(memberId);
  writer.texts(peerUrls);
  writer.u8(fresh ? 1 : 0);
  writer.u32(life);
  return writer.take();
}

/** Undefined for what is none. */
export function decodePeerIdentity(bytes: Uint8Array): PeerIdentity | undefined {
  try {
    const reader = new ByteReader(bytes);
    const clusterId = reader.text();
    const memberId = reader.text();
    if (memberId !== '' && !isMemberId(memberId)) return undefined;
    const peerUrls = reader.texts();
    return { clusterId, memberId, peerUrls, fresh: reader.u8() === 1, life: reader.u32() };
  } catch {
    return undefined;
  }
}
