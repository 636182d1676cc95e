import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors of `@holdfast/cluster`. */
export type ClusterErrorCode =
  | 'REQUEST_TIMED_OUT'
  | 'LEADER_CHANGED'
  | 'NO_LEADER'
  | 'TOO_MANY_REQUESTS'
  | 'REQUEST_TOO_LARGE'
  | 'MEMBER_READ_ONLY'
  | 'MEMBER_STOPPED'
  | 'MEMBER_REMOVED'
  | 'JOIN_FAILED'
  | 'FOLDER_MISMATCH'
  | 'LOG_DAMAGED'
  | 'SNAPSHOT_MALFORMED'
  | 'PEER_MESSAGE_MALFORMED'
  | 'ENDPOINT_UNAVAILABLE';

/** The errors of `@holdfast/cluster`. What etcd's API refuses is an `EtcdError`. */
export const clusterErrors: ErrorCatalogue<ClusterErrorCode> = defineErrors<ClusterErrorCode>({
  /** Not decided in time. A proposal may be decided yet. */
  REQUEST_TIMED_OUT: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The leader changed while it was under way, and nobody can tell what became of it. */
  LEADER_CHANGED: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** No leader was found in time. */
  NO_LEADER: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** As much is under way as the limits allow. */
  TOO_MANY_REQUESTS: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** A command has more bytes than the limits allow. */
  REQUEST_TOO_LARGE: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The member's disk is full: it takes proposals again when there is room. */
  MEMBER_READ_ONLY: { severity: 'critical', category: 'overload', retryable: 'safe', executed: 'no' },
  /** The member has stopped, or is about to. */
  MEMBER_STOPPED: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
  /** The member was removed from its cluster, and never starts again. */
  MEMBER_REMOVED: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'no' },
  /** Nobody of the cluster to be joined answered, or it does not know of this member. */
  JOIN_FAILED: { severity: 'high', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The folder belongs to another member or cluster than the options say. */
  FOLDER_MISMATCH: { severity: 'high', category: 'conflict', retryable: 'never', executed: 'no' },
  /** What the journal says contradicts itself, or its snapshot is gone: let the member join anew with an empty folder. */
  LOG_DAMAGED: { severity: 'critical', category: 'internal', retryable: 'never', executed: 'no' },
  /** Bytes that are no snapshot of the state. */
  SNAPSHOT_MALFORMED: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** A message between members that no member sends. */
  PEER_MESSAGE_MALFORMED: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** One endpoint cannot be reached or cannot serve; another may. `executed` says whether the request may have been. */
  ENDPOINT_UNAVAILABLE: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
});
