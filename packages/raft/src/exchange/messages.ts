import type { Entry } from '../log/entry.ts';
import type { SnapshotMetadata } from '../log/stored-state.ts';
import type { MemberId } from '../membership/member-id.ts';

/** What members send each other. Immutable, and passed by reference where both are in one process. */
export type Message<Command> =
  | VoteRequest
  | VoteResponse
  | AppendRequest<Command>
  | AppendResponse
  | Heartbeat
  | HeartbeatResponse
  | CommitNotice
  | SnapshotOffer
  | SnapshotChunk
  | SnapshotResponse
  | TimeoutNow
  | ReadRequest
  | ReadResponse;

interface Envelope {
  readonly from: MemberId;
  readonly to: MemberId;
  /** The sender's term; for pre-votes the term that the election would have. */
  readonly term: number;
}

export interface VoteRequest extends Envelope {
  readonly kind: 'vote-request';
  /** Only asks whether a vote would be given: nobody's term changes. */
  readonly preVote: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The leader itself asked for this election, so that a voter need not stand by it. */
  readonly transfer: boolean;
}

export interface VoteResponse extends Envelope {
  readonly kind: 'vote-response';
  readonly preVote: boolean;
  readonly granted: boolean;
}

export interface AppendRequest<Command> extends Envelope {
  readonly kind: 'append-request';
  /** Where the entries attach: the receiver must have this entry. */
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly Entry<Command>[];
  readonly commit: number;
  /** The leader's latest round, which the answer repeats: it shows how recently the receiver stood by the leader. */
  readonly round: number;
}

export interface AppendResponse extends Envelope {
  readonly kind: 'append-response';
  /**
   * The receiver holds, durably, the leader's log up to here; if rejected, the `previousIndex` that it could not match.
   */
  readonly index: number;
  readonly rejected: Rejection | undefined;
  readonly round: number;
}

/** Where the logs may agree: the sender's last entry, at or before the rejected one, of no later term. */
export interface Rejection {
  readonly hintIndex: number;
  readonly hintTerm: number;
}

export interface Heartbeat extends Envelope {
  readonly kind: 'heartbeat';
  /** Never beyond what the receiver is known to hold. */
  readonly commit: number;
  readonly round: number;
}

export interface HeartbeatResponse extends Envelope {
  readonly kind: 'heartbeat-response';
  readonly round: number;
}

/** Tells how far the log is committed, when there is nothing else to send. Nobody answers; a heartbeat says it again. */
export interface CommitNotice extends Envelope {
  readonly kind: 'commit-notice';
  /** Never beyond what the receiver is known to hold. */
  readonly commit: number;
}

/** Opens or resumes the transfer of a snapshot: the answer says from where. */
export interface SnapshotOffer extends Envelope {
  readonly kind: 'snapshot-offer';
  readonly snapshot: SnapshotMetadata;
  /** The receiver is a witness, and takes the metadata alone. */
  readonly metadataOnly: boolean;
  readonly round: number;
}

export interface SnapshotChunk extends Envelope {
  readonly kind: 'snapshot-chunk';
  readonly snapshot: SnapshotMetadata;
  readonly offset: number;
  readonly data: Uint8Array;
  /** The driver's, of `data`: the core does not look at it. */
  readonly checksum: number;
  readonly round: number;
}

export interface SnapshotResponse extends Envelope {
  readonly kind: 'snapshot-response';
  readonly snapshotId: string;
  /** How many bytes the receiver has stored: the next chunk begins here. */
  readonly offset: number;
  readonly round: number;
}

/** The leader asks the receiver to hold an election at once. */
export interface TimeoutNow extends Envelope {
  readonly kind: 'timeout-now';
}

/** A follower asks the leader for an index at which a read is linearizable. */
export interface ReadRequest extends Envelope {
  readonly kind: 'read-request';
  readonly read: number;
}

export interface ReadResponse extends Envelope {
  readonly kind: 'read-response';
  readonly read: number;
  /** Undefined: refused. */
  readonly index: number | undefined;
}
