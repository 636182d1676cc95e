import { defineEvent, type EventType, type HoldfastError } from '@holdfast/core';

/** A member gained or lost leadership, or learned of another leader. */
export interface LeaderChanged {
  readonly member: string;
  readonly leader: string | undefined;
  readonly term: number;
}
export const leaderChanged: EventType<LeaderChanged> = defineEvent<LeaderChanged>(
  'holdfast.cluster.leader-changed',
);

/** Another member sent bytes that no member sends; its link was dropped. */
export interface PeerMisbehaved {
  readonly member: string;
  readonly peer: string;
  readonly error: unknown;
}
export const peerMisbehaved: EventType<PeerMisbehaved> = defineEvent<PeerMisbehaved>(
  'holdfast.cluster.peer-misbehaved',
);

/** A peer that says it is `peer` showed a certificate that does not stand for that member, and was not let in. */
export interface PeerNotTrusted {
  readonly member: string;
  readonly peer: string;
  /** PEER_NOT_TRUSTED. */
  readonly error: Error;
}
export const peerNotTrusted: EventType<PeerNotTrusted> = defineEvent<PeerNotTrusted>(
  'holdfast.cluster.peer-not-trusted',
);

/** A member's disk is full, or has room again. */
export interface ReadOnlyChanged {
  readonly member: string;
  readonly readOnly: boolean;
}
export const readOnlyChanged: EventType<ReadOnlyChanged> = defineEvent<ReadOnlyChanged>(
  'holdfast.cluster.read-only-changed',
);

/** A member was added, removed, or made a voter: the entry that says so has been applied here. */
export interface MembershipChanged {
  readonly member: string;
  readonly change: 'added' | 'removed' | 'promoted';
  /** Whom it concerns. */
  readonly id: string;
  readonly learner: boolean;
}
export const membershipChanged: EventType<MembershipChanged> = defineEvent<MembershipChanged>(
  'holdfast.cluster.membership-changed',
);

/** A proposal was refused, or a read: as much is under way as may be, it is too large, or the disk is full. */
export interface RequestRefused {
  readonly member: string;
  readonly what: 'proposal' | 'read';
  /** TOO_MANY_REQUESTS, REQUEST_TOO_LARGE or MEMBER_READ_ONLY. */
  readonly error: HoldfastError;
}
export const requestRefused: EventType<RequestRefused> = defineEvent<RequestRefused>(
  'holdfast.cluster.request-refused',
);

/** An alarm was raised or cleared: the entry that says so has been applied here. */
export interface AlarmChanged {
  readonly member: string;
  /** Such as `NOSPACE`. */
  readonly alarm: string;
  readonly change: 'raised' | 'cleared';
  /** The member that it concerns. */
  readonly id: string;
}
export const alarmChanged: EventType<AlarmChanged> = defineEvent<AlarmChanged>(
  'holdfast.cluster.alarm-changed',
);

/** A snapshot of the state was taken, or one arrived and took the state's place. */
export interface SnapshotInstalled {
  readonly member: string;
  readonly index: number;
  readonly bytes: number;
}
export const snapshotInstalled: EventType<SnapshotInstalled> = defineEvent<SnapshotInstalled>(
  'holdfast.cluster.snapshot-installed',
);

/**
 * The snapshot that a member's log builds on cannot be read: its file is damaged, or gone. The state in memory is whole,
 * and is taken anew once it has moved on.
 */
export interface SnapshotLost {
  readonly member: string;
  readonly snapshot: string;
  readonly error: unknown;
}
export const snapshotLost: EventType<SnapshotLost> = defineEvent<SnapshotLost>(
  'holdfast.cluster.snapshot-lost',
);
