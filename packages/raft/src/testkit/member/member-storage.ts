import type { HoldfastError } from '@holdfast/core';
import type { SnapshotMetadata, StagedSnapshot, StoredState } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { MemberId } from '../../membership/member-id.ts';

/** What a member finds on its disk when it starts. */
export type Recovered =
  /** Nothing: it was never here, or its disk was lost. */
  | { readonly found: 'nothing' }
  /** What was durable once is not there any more: it must not start. */
  | { readonly found: 'damage'; readonly text: string }
  | {
      readonly found: 'state';
      readonly id: MemberId;
      readonly stored: StoredState<string>;
      readonly snapshotData: Uint8Array | undefined;
      readonly stagedData: Uint8Array | undefined;
    };

/** An operation ended; with an error, nobody can tell what the disk holds. */
export type StorageDone = (error: HoldfastError | undefined) => void;

/** Where a member keeps what it must not forget. Operations take effect in the order of the calls. */
export interface MemberStorage {
  recover(done: (recovered: Recovered) => void): void;
  /** The first write of a new member. */
  create(id: MemberId, stored: StoredState<string>, done: StorageDone): void;
  /** `done` when it is durable. Batches that wait for each other share one flush. */
  write(batch: WriteBatch<string>, done: StorageDone): void;
  /** Keeps a part of an arriving snapshot. */
  stage(staged: StagedSnapshot, data: Uint8Array, done: StorageDone): void;
  /** Keeps the member's own snapshot, and drops what is older than `keptFrom` from the log. */
  compact(snapshot: SnapshotMetadata, data: Uint8Array, keptFrom: number, done: StorageDone): void;
  /** A part of the latest snapshot; undefined when that is another one by now, or cannot be read. */
  readSnapshot(
    id: string,
    offset: number,
    length: number,
    done: (data: Uint8Array | undefined) => void,
  ): void;
}
