import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors that drivers of the Raft core raise for what it answers with values. */
export type RaftErrorCode = 'NOT_LEADER' | 'PROPOSAL_REFUSED' | 'PROPOSAL_LOST' | 'READ_REFUSED';

export const raftErrors: ErrorCatalogue<RaftErrorCode> = defineErrors<RaftErrorCode>({
  /** This member does not lead. The context names the leader, if it is known. */
  NOT_LEADER: { severity: 'low', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** The leader did not take the proposal; the context says why. */
  PROPOSAL_REFUSED: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
  /** Another entry took the proposal's place in the log: it will never be applied. */
  PROPOSAL_LOST: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'no' },
  /** No linearizable read was possible; the context says why. */
  READ_REFUSED: { severity: 'medium', category: 'unavailable', retryable: 'safe', executed: 'no' },
});
