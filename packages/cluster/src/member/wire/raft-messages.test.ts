import { isHoldfastError } from '@holdfast/core';
import type { Configuration, SnapshotMetadata } from '@holdfast/raft';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { EntryBlocks, type LogEntry } from './entry-block.ts';
import { decodeRaftMessage, encodeRaftMessage, type RaftMessage } from './raft-messages.ts';

const number = fc.nat({ max: 2 ** 48 - 1 });
const id = fc.constantFrom('0123456789abcdef', 'ffffffffffffffff', '');
const ids = fc.array(id, { maxLength: 3 });
const configuration: fc.Arbitrary<Configuration> = fc.record({
  voters: ids,
  outgoing: ids,
  learners: ids,
  learnersNext: ids,
  witnesses: ids,
  leavesJoint: fc.boolean(),
});
const snapshot: fc.Arbitrary<SnapshotMetadata> = fc.record({
  id: fc.string(),
  index: number,
  term: number,
  bytes: number,
  configurationIndex: number,
  configuration,
});
const envelope = { from: fc.constant('a'), to: fc.constant('b'), term: number };

const entries: fc.Arbitrary<LogEntry[]> = fc
  .tuple(
    fc.nat({ max: 1_000_000 }),
    fc.array(
      fc.tuple(
        fc.nat({ max: 3 }),
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map((command) => ({ kind: 'command' as const, command })),
          configuration.map((value) => ({ kind: 'configuration' as const, configuration: value })),
          fc.constant({ kind: 'blank' as const }),
        ),
      ),
      { maxLength: 20 },
    ),
  )
  .map(([first, drawn]) => {
    let term = 1;
    return drawn.map(([more, content], place): LogEntry => {
      term += more;
      const at = { index: first + place, term };
      if (content.kind === 'command') return { ...at, ...content, bytes: content.command.length };
      return content.kind === 'blank' ? { ...at, ...content, bytes: 0 } : { ...at, ...content, bytes: 96 };
    });
  });

const message: fc.Arbitrary<RaftMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('vote-request' as const),
    ...envelope,
    preVote: fc.boolean(),
    transfer: fc.boolean(),
    lastIndex: number,
    lastTerm: number,
  }),
  fc.record({
    kind: fc.constant('vote-response' as const),
    ...envelope,
    preVote: fc.boolean(),
    granted: fc.boolean(),
  }),
  fc
    .record({
      kind: fc.constant('append-request' as const),
      ...envelope,
      previousIndex: number,
      previousTerm: number,
      entries,
      commit: number,
      round: number,
    })
    .map((request) => ({ ...request, previousIndex: (request.entries[0]?.index ?? 1) - 1 }))
    .filter((request) => request.previousIndex >= 0),
  fc.record({
    kind: fc.constant('append-response' as const),
    ...envelope,
    index: number,
    round: number,
    rejected: fc.option(fc.record({ hintIndex: number, hintTerm: number }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('heartbeat' as const), ...envelope, commit: number, round: number }),
  fc.record({ kind: fc.constant('heartbeat-response' as const), ...envelope, round: number }),
  fc.record({ kind: fc.constant('commit-notice' as const), ...envelope, commit: number }),
  fc.record({
    kind: fc.constant('snapshot-offer' as const),
    ...envelope,
    snapshot,
    metadataOnly: fc.boolean(),
    round: number,
  }),
  fc
    .record({
      kind: fc.constant('snapshot-chunk' as const),
      ...envelope,
      snapshot,
      offset: fc.nat({ max: 1_000 }),
      data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      checksum: fc.nat({ max: 2 ** 32 - 1 }),
      round: number,
    })
    .map((chunk) => ({
      ...chunk,
      snapshot: { ...chunk.snapshot, bytes: chunk.offset + chunk.data.length + 5 },
    })),
  fc.record({
    kind: fc.constant('snapshot-response' as const),
    ...envelope,
    snapshotId: fc.string(),
    offset: number,
    round: number,
  }),
  fc.record({ kind: fc.constant('timeout-now' as const), ...envelope }),
  fc.record({ kind: fc.constant('read-request' as const), ...envelope, read: fc.nat({ max: 2 ** 52 }) }),
  fc.record({
    kind: fc.constant('read-response' as const),
    ...envelope,
    read: fc.nat({ max: 2 ** 52 }),
    index: fc.option(number, { nil: undefined }),
  }),
);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("Raft's messages", () => {
  test('arrive as they were sent', () => {
    const writer = new ByteWriter();
    fc.assert(
      fc.property(message, (sent) => {
        const bytes = joined(encodeRaftMessage(writer, new EntryBlocks(), sent));
        const arrived = decodeRaftMessage(new ByteReader(bytes), new EntryBlocks(), 'a', 'b');
        expect(arrived).toEqual(sent);
      }),
    );
  });

  test('cut short, or of other bytes, are refused or are another message, and nothing else', () => {
    const writer = new ByteWriter();
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(message, changes, fc.nat(), (sent, flips, cut) => {
        const bytes = joined(encodeRaftMessage(writer, new EntryBlocks(), sent));
        for (const [place, byte] of flips) bytes[place % bytes.length] = byte;
        const given = bytes.subarray(0, cut % (bytes.length + 1));
        try {
          decodeRaftMessage(new ByteReader(given), new EntryBlocks(), 'a', 'b');
        } catch (error) {
          expect(isHoldfastError(error) && error.code).toBe('PEER_MESSAGE_MALFORMED');
        }
      }),
    );
  });

  test('carry the same block of entries to each follower', () => {
    const command = Uint8Array.of(1, 2, 3);
    const sent: LogEntry[] = [{ kind: 'command', index: 5, term: 2, bytes: 3, command }];
    const blocks = new EntryBlocks();
    const writer = new ByteWriter();
    const request = {
      kind: 'append-request' as const,
      from: 'a',
      to: 'b',
      term: 2,
      previousIndex: 4,
      previousTerm: 2,
      entries: sent,
      commit: 4,
      round: 0,
    };
    const [, one] = encodeRaftMessage(writer, blocks, request);
    const [, other] = encodeRaftMessage(writer, blocks, { ...request, to: 'c', entries: [...sent] });
    expect(other).toBe(one);
  });
});
