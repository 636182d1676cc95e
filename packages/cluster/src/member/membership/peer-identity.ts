import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';

/** What a member says of itself to another one, before anything else. */
export interface PeerIdentity {
  /** Empty, both, for one that is about to join, and does not know yet. */
  readonly clusterId: string;
  readonly memberId: string;
  readonly peerUrls: readonly string[];
}

/** What members speak among themselves. */
export const peerProtocol = 'holdfast-member';
export const peerProtocolVersion = 1;

export function encodePeerIdentity({ clusterId, memberId, peerUrls }: PeerIdentity): Uint8Array {
  const writer = new ByteWriter();
  writer.text(clusterId);
  writer.text(memberId);
  writer.texts(peerUrls);
  return writer.take();
}

/** Undefined for what is none. */
export function decodePeerIdentity(bytes: Uint8Array): PeerIdentity | undefined {
  try {
    const reader = new ByteReader(bytes);
    return { clusterId: reader.text(), memberId: reader.text(), peerUrls: reader.texts() };
  } catch {
    return undefined;
  }
}
