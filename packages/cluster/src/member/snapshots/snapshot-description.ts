import type { SnapshotMetadata } from '@holdfast/raft';
import type { SnapshotInfo } from '@holdfast/storage';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { readSnapshotMetadata, writeSnapshotMetadata } from '../wire/configuration-codec.ts';

/** What stands beside a snapshot's data: `taken` here, or `arriving` from a leader, and what Raft knows of it. */
export interface SnapshotDescription {
  readonly origin: 'taken' | 'arriving';
  /** Of one taken here, `bytes` are not known before its end. */
  readonly metadata: SnapshotMetadata;
}

const version = 1;

export function encodeDescription({ origin, metadata }: SnapshotDescription): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(version);
  writer.u8(origin === 'taken' ? 0 : 1);
  writeSnapshotMetadata(writer, metadata);
  return writer.take();
}

/** Undefined for what another version has written. */
export function descriptionOf(info: SnapshotInfo): SnapshotDescription | undefined {
  try {
    const reader = new ByteReader(info.description);
    if (reader.u8() !== version) return undefined;
    const origin = reader.u8() === 0 ? 'taken' : 'arriving';
    return { origin, metadata: readSnapshotMetadata(reader) };
  } catch {
    return undefined;
  }
}
