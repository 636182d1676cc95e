import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';
import type { MemberId } from '../membership/member-id.ts';
import { quorumReached } from '../membership/quorum.ts';

/** Takes note of a word from the leader of this term. */
export function hearLeader<Command>(member: Member<Command>, from: MemberId, now: number): void {
  const { role, settings } = member;
  if (role.name === 'leader') violated(`${from} leads in term ${member.term} besides ${member.id}`);
  if (role.name !== 'follower') {
    member.becomeFollower(member.term, from, now);
  } else {
    if (role.following === undefined) role.following = { id: from, heardAt: now };
    else if (role.following.id !== from) {
      violated(`${from} leads in term ${member.term} besides ${role.following.id}`);
    }
    role.following.heardAt = now;
    role.electionAt = member.electionAfter(now);
  }
  if (settings.reads === 'lease') member.promisedUntil = now + settings.electionTimeout;
}

/** Whether a leader may be reading on a lease that this member has a part in: then it helps nobody to be elected. */
export function hasPromised<Command>(member: Member<Command>, now: number): boolean {
  return member.settings.reads === 'lease' && now < member.promisedUntil;
}

/** Whether it has to ignore who wants to be elected: it has heard from a live leader, or leads with a majority. */
export function standsByLeader<Command>(member: Member<Command>, now: number): boolean {
  const { role, settings } = member;
  if (!settings.checkQuorum) return false;
  const { electionTimeout } = settings;
  if (role.name === 'leader') {
    return quorumReached(role.voters, role.outgoing, (voter) => voter.heardAt) + electionTimeout > now;
  }
  return (
    role.name === 'follower' && role.following !== undefined && role.following.heardAt + electionTimeout > now
  );
}

/** What is committed here is in the log of every later leader: it may be acknowledged whoever asks. */
export function acknowledge<Command>(
  member: Member<Command>,
  to: MemberId,
  index: number,
  round: number,
): void {
  if (index > member.log.lastIndex)
    violated(`acknowledges ${index}, but its log ends at ${member.log.lastIndex}`);
  const { id, term } = member;
  member.sendWhenDurable(
    { kind: 'append-response', from: id, to, term, index, rejected: undefined, round },
    index,
  );
}
