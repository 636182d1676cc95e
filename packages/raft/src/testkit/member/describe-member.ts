import type { Raft } from '../../raft.ts';
import type { SnapshotIntake } from './snapshot-intake.ts';

/** What is told of a member: see `RaftMember`. */
export interface DescribedMember {
  readonly raft: Raft<string> | undefined;
  readonly intake: SnapshotIntake;
  readonly sendingSnapshot: boolean;
  readonly transferring: boolean;
  readonly compacting: boolean;
}

/** Everything that {@link roleOf} may say. */
export type MemberRole =
  | 'recovering'
  | 'follower'
  | 'pre-candidate'
  | 'candidate'
  | 'leader'
  | 'learner'
  | 'witness'
  | 'outsider';

/** Everything that {@link phaseOf} may say. */
export type MemberPhase =
  | 'recovering'
  | 'installing-snapshot'
  | 'sending-snapshot'
  | 'transferring'
  | 'joint-configuration'
  | 'compacting'
  | 'electing'
  | 'replicating'
  | 'idle';

/** Which part a member plays: its role in the protocol, or its place in the membership where it does not vote. */
export function roleOf({ raft }: DescribedMember): MemberRole {
  if (raft === undefined) return 'recovering';
  if (raft.role !== 'follower') return raft.role;
  const { voters, outgoing, learners, witnesses } = raft.configuration;
  if (witnesses.includes(raft.id)) return 'witness';
  if (voters.includes(raft.id) || outgoing.includes(raft.id)) return 'follower';
  return learners.includes(raft.id) ? 'learner' : 'outsider';
}

/** What a member is about: of several things, the rarest. */
export function phaseOf(member: DescribedMember): MemberPhase {
  const { raft } = member;
  if (raft === undefined) return 'recovering';
  if (member.intake.snapshot !== undefined) return 'installing-snapshot';
  if (member.sendingSnapshot) return 'sending-snapshot';
  if (member.transferring) return 'transferring';
  if (raft.configuration.outgoing.length > 0) return 'joint-configuration';
  if (member.compacting) return 'compacting';
  if (raft.leader === undefined) return 'electing';
  return raft.lastIndex > raft.commitIndex ? 'replicating' : 'idle';
}
