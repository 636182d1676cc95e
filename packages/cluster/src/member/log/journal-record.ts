import type { HardState, SnapshotMetadata, WriteBatch } from '@holdfast/raft';
import { type ByteReader, malformed } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { readSnapshotMetadata, writeSnapshotMetadata } from '../wire/configuration-codec.ts';
import type { EntryBlocks, LogEntry } from '../wire/entry-block.ts';
import type { MemberIdentity } from './identity.ts';

/** What a record of a member's journal says. README.md has the format. */
export type JournalEntry =
  | { readonly kind: 'identity'; readonly identity: MemberIdentity }
  | ({ readonly kind: 'batch' } & BatchRecord)
  | ({ readonly kind: 'checkpoint' } & Checkpoint)
  | { readonly kind: 'removed' };

/** One write of Raft's, whole. */
export interface BatchRecord {
  readonly hardState: HardState | undefined;
  readonly snapshot: SnapshotMetadata | undefined;
  readonly truncateFrom: number | undefined;
  readonly entries: readonly LogEntry[];
}

/** Stands for all records before it but for the entries from `firstIndex` on. */
export interface Checkpoint {
  readonly identity: MemberIdentity;
  readonly hardState: HardState;
  readonly snapshot: SnapshotMetadata;
  readonly firstIndex: number;
}

const version = 1;
const identityKind = 1;
const batchKind = 2;
const checkpointKind = 3;
const removedKind = 4;

const hasHardState = 1;
const hasSnapshot = 2;
const hasTruncation = 4;
const hasEntries = 8;

export function encodeBatch(
  writer: ByteWriter,
  blocks: EntryBlocks,
  batch: WriteBatch<Uint8Array>,
): Uint8Array {
  const { hardState, snapshot, truncateFrom, entries } = batch;
  const block = entries.length > 0 ? blocks.encode(entries) : undefined;
  writer.expect(64 + (block?.length ?? 0));
  writer.u8(version);
  writer.u8(batchKind);
  writer.u8(
    (hardState === undefined ? 0 : hasHardState) |
      (snapshot === undefined ? 0 : hasSnapshot) |
      (truncateFrom === undefined ? 0 : hasTruncation) |
      (block === undefined ? 0 : hasEntries),
  );
  if (hardState !== undefined) writeHardState(writer, hardState);
  if (snapshot !== undefined) writeSnapshotMetadata(writer, snapshot);
  if (truncateFrom !== undefined) writer.u48(truncateFrom);
  if (block !== undefined) writer.bytes(block);
  return writer.take();
}

export function encodeIdentity(writer: ByteWriter, identity: MemberIdentity): Uint8Array {
  writer.u8(version);
  writer.u8(identityKind);
  writeIdentity(writer, identity);
  return writer.take();
}

export function encodeCheckpoint(writer: ByteWriter, checkpoint: Checkpoint): Uint8Array {
  writer.u8(version);
  writer.u8(checkpointKind);
  writeIdentity(writer, checkpoint.identity);
  writeHardState(writer, checkpoint.hardState);
  writeSnapshotMetadata(writer, checkpoint.snapshot);
  writer.u48(checkpoint.firstIndex);
  return writer.take();
}

/** Says that the member was removed from its cluster. */
export function encodeRemoved(writer: ByteWriter): Uint8Array {
  writer.u8(version);
  writer.u8(removedKind);
  return writer.take();
}

/** @throws HoldfastError PEER_MESSAGE_MALFORMED for what none of the above has written. */
export function decodeRecord(reader: ByteReader, blocks: EntryBlocks): JournalEntry {
  const found = reader.u8();
  if (found !== version) throw malformed(`a record of version ${found}`);
  const kind = reader.u8();
  switch (kind) {
    case identityKind:
      return { kind: 'identity', identity: readIdentity(reader) };
    case batchKind: {
      const flags = reader.u8();
      return {
        kind: 'batch',
        hardState: flags & hasHardState ? readHardState(reader) : undefined,
        snapshot: flags & hasSnapshot ? readSnapshotMetadata(reader) : undefined,
        truncateFrom: flags & hasTruncation ? reader.u48() : undefined,
        entries: flags & hasEntries ? blocks.decode(reader) : [],
      };
    }
    case checkpointKind:
      return {
        kind: 'checkpoint',
        identity: readIdentity(reader),
        hardState: readHardState(reader),
        snapshot: readSnapshotMetadata(reader),
        firstIndex: reader.u48(),
      };
    case removedKind:
      return { kind: 'removed' };
    default:
      throw malformed(`a record of kind ${kind}`);
  }
}

function writeHardState(writer: ByteWriter, { term, vote, commit }: HardState): void {
  writer.u48(term);
  writer.u48(commit);
  writer.text(vote ?? '');
}

function readHardState(reader: ByteReader): HardState {
  const term = reader.u48();
  const commit = reader.u48();
  const vote = reader.text();
  return { term, commit, vote: vote === '' ? undefined : vote };
}

function writeIdentity(writer: ByteWriter, identity: MemberIdentity): void {
  writer.text(identity.clusterId);
  writer.text(identity.memberId);
  writer.text(identity.token);
  writer.u8(identity.founder ? 1 : 0);
  writer.u32(identity.peers.size);
  for (const [id, urls] of identity.peers) {
    writer.text(id);
    writer.text(identity.names.get(id) ?? '');
    writer.texts(urls);
  }
}

function readIdentity(reader: ByteReader): MemberIdentity {
  const clusterId = reader.text();
  const memberId = reader.text();
  const token = reader.text();
  const founder = reader.u8() === 1;
  const peers = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  for (let left = reader.count(12); left > 0; left--) {
    const id = reader.text();
    names.set(id, reader.text());
    peers.set(id, reader.texts());
  }
  return { clusterId, memberId, token, founder, peers, names };
}
