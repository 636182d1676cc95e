export type { Consensus, ProposalId, ProposalOutcome } from './consensus.ts';
export { type RaftErrorCode, raftErrors } from './errors.ts';
export type {
  AppendRequest,
  AppendResponse,
  CommitNotice,
  Heartbeat,
  HeartbeatResponse,
  Message,
  ReadRequest,
  ReadResponse,
  Rejection,
  SnapshotChunk,
  SnapshotOffer,
  SnapshotResponse,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from './exchange/messages.ts';
export type {
  ChunkArrived,
  ChunkWanted,
  Output,
  ReadOutcome,
  ReadReady,
  ReadRefusal,
  ReadRefused,
} from './exchange/output.ts';
export type { Proposal, Proposed, Refusal, Refused } from './exchange/proposal.ts';
export type { BlankEntry, CommandEntry, ConfigurationEntry, Entry, WithheldEntry } from './log/entry.ts';
export {
  bootstrapState,
  emptyState,
  type HardState,
  type SnapshotMetadata,
  type StagedSnapshot,
  type StoredState,
} from './log/stored-state.ts';
export type { WriteBatch } from './log/write-batch.ts';
export type { RaftOptions } from './member/options.ts';
export type { RoleName } from './member/roles.ts';
export type { PeerStatus, RaftStatus } from './member/status.ts';
export type { Configuration, MemberChange, MembersChange } from './membership/configuration.ts';
export type { MemberId } from './membership/member-id.ts';
export { Raft } from './raft.ts';
export {
  type SessionOutcome,
  type SessionRequest,
  Sessions,
  type SessionsOptions,
  type SessionsSnapshot,
} from './sessions.ts';
