import type { Configuration, MembersChange } from './configuration.ts';
import type { Entry } from './entry.ts';
import type { MemberId } from './member-id.ts';
import type { Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import type { Output } from './output.ts';
import type { Proposal, Refused } from './proposal.ts';
import type { SnapshotMetadata, StoredState } from './stored-state.ts';

export type RoleName = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** One member of a Raft cluster, as a pure state machine. Times are whole microseconds of its own monotonic clock. */
export declare class Raft<Command> {
  constructor(options: RaftOptions, stored: StoredState<Command>, now: number);
  readonly id: MemberId;
  get role(): RoleName;
  get term(): number;
  get vote(): MemberId | undefined;
  /** Who leads, as far as this member knows. */
  get leader(): MemberId | undefined;
  get configuration(): Configuration;
  get commitIndex(): number;
  get appliedIndex(): number;
  get durableIndex(): number;
  get lastIndex(): number;
  /** The first index whose entry is still kept: `lastIndex + 1` if there is none. */
  get firstIndex(): number;
  get snapshot(): SnapshotMetadata | undefined;
  /** The term of the entry at `index`; undefined where it is unknown. */
  termAt(index: number): number | undefined;
  entryAt(index: number): Entry<Command> | undefined;
  /** When to call `wake`: Infinity when it wants no timer. Calling earlier or later is allowed. */
  get wakeAt(): number;

  receive(message: Message<Command>, now: number): void;
  wake(now: number): void;
  propose(command: Command, bytes: number, now: number): Proposal;
  proposeMembers(change: MembersChange, now: number): Proposal;
  /** The outcome comes with a later output. Ids are the driver's; two reads that wait must not share one. */
  read(id: number, now: number): void;
  transferLeadership(to: MemberId, now: number): Refused | undefined;
  forgetLeader(now: number): Refused | undefined;
  campaign(now: number): Refused | undefined;
  written(sequence: number, now: number): void;
  applied(index: number): void;
  /** What a snapshot of the state machine at `index` has to carry; `index` is applied and not compacted. */
  describeSnapshot(index: number, id: string, bytes: number): SnapshotMetadata;
  /** That snapshot is durable: forget the log up to it, but for the last `tail` entries. */
  compact(snapshot: SnapshotMetadata, tail: number): void;
  /** The part that was asked for with `chunksWanted`. */
  snapshotChunk(
    to: MemberId,
    snapshotId: string,
    offset: number,
    data: Uint8Array,
    checksum: number,
    now: number,
  ): void;
  /** The snapshot asked for cannot be read any more: another attempt is made with the latest one. */
  snapshotFailed(to: MemberId, snapshotId: string, now: number): void;
  /** Of the arriving snapshot, `offset` bytes are stored now; 0 starts anew, after a failed checksum of the whole. */
  snapshotStored(snapshotId: string, offset: number, now: number): void;
  /** All there is to do now; undefined if nothing. */
  take(): Output<Command> | undefined;
}
