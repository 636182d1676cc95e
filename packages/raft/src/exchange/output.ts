import type { Entry } from '../log/entry.ts';
import type { SnapshotMetadata } from '../log/stored-state.ts';
import type { WriteBatch } from '../log/write-batch.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Message } from './messages.ts';

/** Everything that a driver has to do now, in any order, except that it restores before it applies. */
export interface Output<Command> {
  /** To send, each to its `to`. They may be lost. What must wait for a write is not in here before its time. */
  readonly messages: readonly Message<Command>[];
  /** To store, after all earlier batches. */
  readonly write: WriteBatch<Command> | undefined;
  /** To apply, in order: committed, and durable here. */
  readonly committed: readonly Entry<Command>[];
  readonly reads: readonly ReadOutcome[];
  /** Parts of this member's snapshot to be read and handed to `snapshotChunk`. */
  readonly chunksWanted: readonly ChunkWanted[];
  /** Parts of an arriving snapshot to be checked, stored, and reported to `snapshotStored`. */
  readonly chunksArrived: readonly ChunkArrived[];
}

/** What became of a read. */
export type ReadOutcome = ReadReady | ReadRefused;

/** The state machine is fresh enough now: read from it at once. */
export interface ReadReady {
  readonly outcome: 'ready';
  readonly id: number;
  readonly index: number;
}

export interface ReadRefused {
  readonly outcome: 'refused';
  readonly id: number;
  readonly refusal: ReadRefusal;
}

/**
 * `no-leader`: nobody to ask. `leader-changed`: it was under way when leadership was lost or moved. `too-many-reads`:
 * as many wait as the options allow. `overdue`: no answer within an election timeout, or, after that, the entries that it
 * has to see are not applied here within another one.
 */
export type ReadRefusal = 'no-leader' | 'leader-changed' | 'too-many-reads' | 'overdue' | 'witness';

export interface ChunkWanted {
  readonly to: MemberId;
  readonly snapshot: SnapshotMetadata;
  readonly offset: number;
  readonly bytesMax: number;
}

export interface ChunkArrived {
  readonly snapshot: SnapshotMetadata;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly checksum: number;
}
