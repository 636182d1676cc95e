export type { Configuration, MemberChange, MembersChange } from './configuration.ts';
export type { Consensus, ProposalId, ProposalOutcome } from './consensus.ts';
export type { BlankEntry, CommandEntry, ConfigurationEntry, Entry, WithheldEntry } from './entry.ts';
export { type RaftErrorCode, raftErrors } from './errors.ts';
export type { MemberId } from './member-id.ts';
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
} from './messages.ts';
export type { RaftOptions } from './options.ts';
export type {
  ChunkArrived,
  ChunkWanted,
  Output,
  ReadOutcome,
  ReadReady,
  ReadRefusal,
  ReadRefused,
  WriteBatch,
} from './output.ts';
export type { Proposal, Proposed, Refusal, Refused } from './proposal.ts';
export { Raft } from './raft.ts';
export type { RoleName } from './roles.ts';
export {
  type SessionOutcome,
  type SessionRequest,
  Sessions,
  type SessionsOptions,
  type SessionsSnapshot,
} from './sessions.ts';
export type { PeerStatus, RaftStatus } from './status.ts';
export {
  bootstrapState,
  emptyState,
  type HardState,
  type SnapshotMetadata,
  type StagedSnapshot,
  type StoredState,
} from './stored-state.ts';
