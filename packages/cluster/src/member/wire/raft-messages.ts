import type { Message } from '@holdfast/raft';
import { type ByteReader, malformed } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { readSnapshotMetadata, writeSnapshotMetadata } from './configuration-codec.ts';
import type { EntryBlocks } from './entry-block.ts';

export type RaftMessage = Message<Uint8Array>;

/** The first byte of each message. Numbers are never given to another kind. */
const kinds = [
  'vote-request',
  'vote-response',
  'append-request',
  'append-response',
  'heartbeat',
  'heartbeat-response',
  'commit-notice',
  'snapshot-offer',
  'snapshot-chunk',
  'snapshot-response',
  'timeout-now',
  'read-request',
  'read-response',
] as const satisfies readonly RaftMessage['kind'][];

/** First bytes below this are Raft's. */
export const raftKindsEnd = 32;

const none: readonly Uint8Array[] = [];

/**
 * The parts of a message. From whom and to whom it is, the link knows. Data that others hold as well (entries, a
 * snapshot's bytes) come as parts of their own, uncopied.
 */
export function encodeRaftMessage(
  writer: ByteWriter,
  blocks: EntryBlocks,
  message: RaftMessage,
): readonly Uint8Array[] {
  writer.u8(kinds.indexOf(message.kind));
  writer.u48(message.term);
  const rest = writeBody(writer, blocks, message);
  return [writer.take(), ...rest];
}

function writeBody(writer: ByteWriter, blocks: EntryBlocks, message: RaftMessage): readonly Uint8Array[] {
  switch (message.kind) {
    case 'vote-request':
      writer.u8((message.preVote ? 1 : 0) | (message.transfer ? 2 : 0));
      writer.u48(message.lastIndex);
      writer.u48(message.lastTerm);
      return none;
    case 'vote-response':
      writer.u8((message.preVote ? 1 : 0) | (message.granted ? 2 : 0));
      return none;
    case 'append-request':
      writer.u48(message.previousIndex);
      writer.u48(message.previousTerm);
      writer.u48(message.commit);
      writer.u48(message.round);
      return [blocks.encode(message.entries)];
    case 'append-response':
      writer.u48(message.index);
      writer.u48(message.round);
      writer.u8(message.rejected === undefined ? 0 : 1);
      if (message.rejected !== undefined) {
        writer.u48(message.rejected.hintIndex);
        writer.u48(message.rejected.hintTerm);
      }
      return none;
    case 'heartbeat':
      writer.u48(message.commit);
      writer.u48(message.round);
      return none;
    case 'heartbeat-response':
      writer.u48(message.round);
      return none;
    case 'commit-notice':
      writer.u48(message.commit);
      return none;
    case 'snapshot-offer':
      writer.u48(message.round);
      writer.u8(message.metadataOnly ? 1 : 0);
      writeSnapshotMetadata(writer, message.snapshot);
      return none;
    case 'snapshot-chunk':
      writer.u48(message.round);
      writer.u48(message.offset);
      writer.u32(message.checksum);
      writeSnapshotMetadata(writer, message.snapshot);
      return [message.data];
    case 'snapshot-response':
      writer.u48(message.round);
      writer.u48(message.offset);
      writer.text(message.snapshotId);
      return none;
    case 'timeout-now':
      return none;
    case 'read-request':
      writer.u64(BigInt(message.read));
      return none;
    case 'read-response':
      writer.u64(BigInt(message.read));
      writer.u8(message.index === undefined ? 0 : 1);
      if (message.index !== undefined) writer.u48(message.index);
      return none;
  }
}

/** @throws HoldfastError PEER_MESSAGE_MALFORMED. */
export function decodeRaftMessage(
  reader: ByteReader,
  blocks: EntryBlocks,
  from: string,
  to: string,
): RaftMessage {
  const number = reader.u8();
  const kind = kinds[number];
  if (kind === undefined) throw malformed(`a message of kind ${number}`);
  const term = reader.u48();
  const message = readBody(reader, blocks, kind, { from, to, term });
  reader.end();
  return message;
}

function readBody(
  reader: ByteReader,
  blocks: EntryBlocks,
  kind: RaftMessage['kind'],
  envelope: { readonly from: string; readonly to: string; readonly term: number },
): RaftMessage {
  switch (kind) {
    case 'vote-request': {
      const flags = reader.u8();
      const [lastIndex, lastTerm] = [reader.u48(), reader.u48()];
      return {
        kind,
        ...envelope,
        preVote: (flags & 1) !== 0,
        transfer: (flags & 2) !== 0,
        lastIndex,
        lastTerm,
      };
    }
    case 'vote-response': {
      const flags = reader.u8();
      return { kind, ...envelope, preVote: (flags & 1) !== 0, granted: (flags & 2) !== 0 };
    }
    case 'append-request': {
      const { from, to, term } = envelope;
      const previousIndex = reader.u48();
      const previousTerm = reader.u48();
      const commit = reader.u48();
      const round = reader.u48();
      const entries = blocks.decode(reader);
      if (entries.length > 0 && entries[0]!.index !== previousIndex + 1) {
        throw malformed(`entries from ${entries[0]!.index} after ${previousIndex}`);
      }
      return { kind, from, to, term, previousIndex, previousTerm, entries, commit, round };
    }
    case 'append-response': {
      const { from, to, term } = envelope;
      const index = reader.u48();
      const round = reader.u48();
      const rejected = reader.u8() === 0 ? undefined : { hintIndex: reader.u48(), hintTerm: reader.u48() };
      return { kind, from, to, term, index, rejected, round };
    }
    case 'heartbeat':
      return { kind, ...envelope, commit: reader.u48(), round: reader.u48() };
    case 'heartbeat-response':
      return { kind, ...envelope, round: reader.u48() };
    case 'commit-notice':
      return { kind, ...envelope, commit: reader.u48() };
    case 'snapshot-offer': {
      const round = reader.u48();
      const metadataOnly = reader.u8() !== 0;
      return { kind, ...envelope, round, metadataOnly, snapshot: readSnapshotMetadata(reader) };
    }
    case 'snapshot-chunk': {
      const round = reader.u48();
      const offset = reader.u48();
      const checksum = reader.u32();
      const snapshot = readSnapshotMetadata(reader);
      const data = reader.view(reader.remaining);
      if (data.length === 0 || offset + data.length > snapshot.bytes) {
        throw malformed(`${data.length} bytes at ${offset} of a snapshot of ${snapshot.bytes}`);
      }
      return { kind, ...envelope, round, offset, checksum, snapshot, data };
    }
    case 'snapshot-response':
      return { kind, ...envelope, round: reader.u48(), offset: reader.u48(), snapshotId: reader.text() };
    case 'timeout-now':
      return { kind, ...envelope };
    case 'read-request':
      return { kind, ...envelope, read: Number(reader.u64()) };
    case 'read-response':
      return {
        kind,
        ...envelope,
        read: Number(reader.u64()),
        index: reader.u8() === 0 ? undefined : reader.u48(),
      };
  }
}
