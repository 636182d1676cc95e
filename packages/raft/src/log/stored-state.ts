import type { Configuration } from '../membership/configuration.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Entry } from './entry.ts';

/** What a member must not forget besides its log. */
export interface HardState {
  readonly term: number;
  /** Whom it voted for in this term. */
  readonly vote: MemberId | undefined;
  /** Known to be committed when this was written. It may be older than the truth. */
  readonly commit: number;
}

/** What a snapshot of the state machine stands for. */
export interface SnapshotMetadata {
  /** Distinguishes snapshots that may differ byte for byte: a transfer resumes only with the same id. */
  readonly id: string;
  /** The last entry that it contains, and its term. */
  readonly index: number;
  readonly term: number;
  /** The membership as of that entry. */
  readonly configuration: Configuration;
  /** The index of the entry which brought that membership. */
  readonly configurationIndex: number;
  /** The size of its data. */
  readonly bytes: number;
}

/** A snapshot that was on its way in when the member stopped. */
export interface StagedSnapshot {
  readonly snapshot: SnapshotMetadata;
  /** How many bytes of it are stored. */
  readonly offset: number;
}

/** All that a member starts from: what its driver has read back from its disk. */
export interface StoredState<Command> {
  readonly hardState: HardState;
  /** The latest snapshot. */
  readonly snapshot: SnapshotMetadata | undefined;
  /** Without gaps. They may begin before the end of the snapshot, and must reach to it at least or be empty. */
  readonly entries: readonly Entry<Command>[];
  /** Up to where the state machine has already applied the log. Default: the snapshot's index. */
  readonly applied?: number;
  readonly staged?: StagedSnapshot;
}

/** What each of the first members of a cluster starts from: all with the same list. */
export function bootstrapState<Command>(voters: readonly MemberId[]): StoredState<Command> {
  const configuration = {
    voters: [...voters].sort(),
    outgoing: [],
    learners: [],
    learnersNext: [],
    witnesses: [],
    leavesJoint: false,
  };
  return {
    hardState: { term: 1, vote: undefined, commit: 1 },
    snapshot: undefined,
    entries: [{ kind: 'configuration', index: 1, term: 1, bytes: 0, configuration }],
  };
}

/** What a member starts from that joins a cluster: it learns everything else from the leader. */
export function emptyState<Command>(): StoredState<Command> {
  return { hardState: { term: 0, vote: undefined, commit: 0 }, snapshot: undefined, entries: [] };
}
