import { handOver } from '../election/transfer.ts';
import { type Proposal, refuse } from '../exchange/proposal.ts';
import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';
import type { Leader } from '../member/roles.ts';
import type { Configuration, MembersChange } from '../membership/configuration.ts';
import { leaveJoint, planChange } from '../membership/membership-change.ts';
import { replicate } from '../replication/replication.ts';

/** Bytes that a configuration counts for each member, among the uncommitted ones. */
const bytesPerMember = 32;

export function proposeMembers<Command>(
  member: Member<Command>,
  change: MembersChange,
  now: number,
): Proposal {
  const { role, membership, log, id } = member;
  if (role.name !== 'leader') return refuse('not-leader', member.leader);
  if (role.transfer !== undefined) return refuse('transferring', id);
  // Not before an entry of this term is committed: an earlier leader's change might still come to light (Ongaro 2015).
  if (log.commit < role.firstOfTerm)
    return refuse('change-pending', id, 'the term has committed nothing yet');
  if (membership.index > log.commit) return refuse('change-pending', id, `that of ${membership.index}`);
  const plan = planChange(membership.configuration, change);
  if (plan.outcome === 'invalid') return refuse('invalid-change', id, plan.reason);
  const index = appendConfiguration(member, role, plan.configuration, now);
  return { outcome: 'proposed', index, term: member.term };
}

/** Does what a newly committed configuration calls for. */
export function followUp<Command>(member: Member<Command>, leader: Leader, now: number): void {
  const { membership, log } = member;
  if (membership.index > log.commit) return;
  const { configuration } = membership;
  if (membership.joint) {
    if (configuration.leavesJoint) appendConfiguration(member, leader, leaveJoint(configuration), now);
  } else if (!membership.canLead(member.id)) {
    replicate(member, leader); // A last word, so that others know what is committed.
    handOver(member, leader);
    member.becomeFollower(member.term, undefined, now);
  }
}

function appendConfiguration<Command>(
  member: Member<Command>,
  leader: Leader,
  configuration: Configuration,
  now: number,
): number {
  const { log, term } = member;
  if (member.membership.index > log.commit) {
    violated(`configuration after the one of ${member.membership.index}, which is not committed`);
  }
  const index = log.lastIndex + 1;
  const members = configuration.voters.length + configuration.outgoing.length + configuration.learners.length;
  const bytes = members * bytesPerMember;
  member.append({ kind: 'configuration', index, term, bytes, configuration });
  leader.unsettledBytes += bytes;
  leader.follow(member.membership, index, now);
  return index;
}
