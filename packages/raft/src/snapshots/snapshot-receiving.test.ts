import { seededRandom } from '@holdfast/core';
import { expect, test } from 'vitest';
import { bootstrapState, type SnapshotMetadata } from '../log/stored-state.ts';
import { Raft } from '../raft.ts';

function snapshotOf(id: string): SnapshotMetadata {
  const { configuration } = new Raft<string>(
    { id: 'a', random: seededRandom('any') },
    bootstrapState(['a', 'b', 'c']),
    0,
  );
  return { id, index: 9, term: 2, configuration, configurationIndex: 1, bytes: 8 };
}

/** A follower that is sent snapshots by `b`, in a term of its own for each. */
class Receiver {
  private readonly raft: Raft<string> = new Raft<string>(
    { id: 'a', random: seededRandom('a') },
    bootstrapState(['a', 'b', 'c']),
    0,
  );

  offer(snapshot: SnapshotMetadata, term: number): readonly string[] {
    this.raft.receive(
      { kind: 'snapshot-offer', from: 'b', to: 'a', term, snapshot, metadataOnly: false, round: 1 },
      0,
    );
    return this.answers();
  }

  chunk(snapshot: SnapshotMetadata, term: number, offset: number): readonly string[] {
    const data = new Uint8Array(4);
    this.raft.receive(
      { kind: 'snapshot-chunk', from: 'b', to: 'a', term, snapshot, offset, data, checksum: 0, round: 1 },
      0,
    );
    return this.answers();
  }

  stored(snapshot: SnapshotMetadata, offset: number): readonly string[] {
    this.raft.snapshotStored(snapshot.id, offset, 0);
    return this.answers();
  }

  private answers(): readonly string[] {
    const lines: string[] = [];
    for (let output = this.raft.take(); output !== undefined; output = this.raft.take()) {
      for (const message of output.messages) {
        if (message.kind === 'snapshot-response')
          lines.push(`has ${message.offset} of ${message.snapshotId}`);
      }
      for (const { snapshot, offset } of output.chunksArrived)
        lines.push(`stores ${offset} of ${snapshot.id}`);
      if (output.write !== undefined) this.raft.written(output.write.sequence, 0);
    }
    return lines;
  }
}

test('another snapshot has to wait while the driver stores a part of one, whose report is about that one', () => {
  const receiver = new Receiver();
  const some = snapshotOf('some');
  const other = snapshotOf('other');
  expect(receiver.offer(some, 2)).toEqual(['has 0 of some']);
  expect(receiver.chunk(some, 2, 0)).toEqual(['stores 0 of some']);
  // Leaders change, and each has its own.
  expect(receiver.offer(other, 3)).toEqual([]);
  expect(receiver.chunk(other, 3, 0)).toEqual([]);
  expect(receiver.offer(some, 4)).toEqual([]);
  expect(receiver.stored(some, 4)).toEqual(['has 4 of some']);
  // Now it takes the other one, and forgets the first.
  expect(receiver.offer(other, 5)).toEqual(['has 0 of other']);
  expect(receiver.chunk(other, 5, 0)).toEqual(['stores 0 of other']);
  expect(receiver.stored(other, 4)).toEqual(['has 4 of other']);
  expect(receiver.offer(some, 6)).toEqual(['has 0 of some']);
});
