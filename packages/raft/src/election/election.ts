import type { VoteRequest, VoteResponse } from '../exchange/messages.ts';
import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';
import { Leader } from '../member/roles.ts';
import { quorumVote } from '../membership/quorum.ts';
import { hasPromised, standsByLeader } from './following.ts';

/**
 * Whether this member may become a leader. One that the latest configuration leaves out may, until that is known to be
 * committed: it can be the only one that holds it (dissertation 4.2.2). Its own vote does not count then.
 */
export function canCampaign<Command>(member: Member<Command>): boolean {
  const { id, role, log, membership, memberships } = member;
  if (role.name === 'leader') return false;
  if (membership.canLead(id)) return true;
  return membership.index > log.commit && memberships.previous?.canLead(id) === true;
}

/** Asks first whether it would win, if it is set so; a leader that hands over has answered that. */
export function campaign<Command>(member: Member<Command>, transfer: boolean, now: number): void {
  if (!canCampaign(member)) violated(`${member.role.name} ${member.id} campaigns, who may not lead`);
  if (!transfer && hasPromised(member, now)) {
    violated(`${member.id} campaigns at ${now}, but stands by its leader until ${member.promisedUntil}`);
  }
  if (member.settings.preVote && !transfer) startPreVote(member, now);
  else startElection(member, transfer, now);
}

function startPreVote<Command>(member: Member<Command>, now: number): void {
  const votes = new Map([[member.id, true]]);
  member.become({ name: 'pre-candidate', votes, electionAt: member.electionAfter(now) });
  for (const to of member.membership.allVoters) {
    if (to !== member.id) member.send(voteRequest(member, to, member.term + 1, true, false));
  }
  tally(member, now);
}

function startElection<Command>(member: Member<Command>, transfer: boolean, now: number): void {
  member.enterTerm(member.term + 1);
  member.voteFor(member.id);
  member.become({ name: 'candidate', votes: new Map(), electionAt: member.electionAfter(now) });
  const { id, term, log } = member;
  // Its own vote counts, and others hear of its log, once both are durable.
  for (const to of member.membership.allVoters) {
    const message: VoteRequest | VoteResponse =
      to === id
        ? { kind: 'vote-response', from: id, to, term, preVote: false, granted: true }
        : voteRequest(member, to, term, false, transfer);
    member.sendWhenDurable(message, log.lastIndex);
  }
}

function voteRequest<Command>(
  { id, log }: Member<Command>,
  to: string,
  term: number,
  preVote: boolean,
  transfer: boolean,
): VoteRequest {
  const { lastIndex, lastTerm } = log;
  return { kind: 'vote-request', from: id, to, term, preVote, lastIndex, lastTerm, transfer };
}

/** Votes, or says whether it would. Learners do too: one that was promoted may not know it yet. */
export function receiveVoteRequest<Command>(
  member: Member<Command>,
  message: VoteRequest,
  now: number,
): void {
  const { from, preVote, lastIndex, lastTerm } = message;
  // Its promise binds it in every term: it may have heard of the candidate's by other means.
  if (!message.transfer && hasPromised(member, now)) return;
  if (message.term > member.term) {
    if (!message.transfer && standsByLeader(member, now)) return;
    if (!preVote) member.becomeFollower(message.term, undefined, now);
  }
  const { log, vote, leader } = member;
  const free = vote === from || (vote === undefined && leader === undefined);
  const may = message.term === member.term ? free : preVote && message.term > member.term;
  const granted = may && log.isUpToDate(lastIndex, lastTerm);
  if (preVote || !granted) {
    // A refusal carries this member's own term, so that a candidate which is behind learns of it.
    const term = granted ? message.term : member.term;
    member.send({ kind: 'vote-response', from: member.id, to: from, term, preVote, granted });
    return;
  }
  member.voteFor(from);
  const { role } = member;
  if (role.name === 'follower') role.electionAt = member.electionAfter(now);
  else if (role.name === 'pre-candidate') member.becomeFollower(member.term, undefined, now);
  else if (vote !== from) violated(`${role.name} ${member.id} votes for ${from}`);
  const response: VoteResponse = {
    kind: 'vote-response',
    from: member.id,
    to: from,
    term: member.term,
    preVote,
    granted,
  };
  member.sendWhenDurable(response, 0);
}

export function receiveVoteResponse<Command>(
  member: Member<Command>,
  message: VoteResponse,
  now: number,
): void {
  const { role } = member;
  const { from, preVote, granted } = message;
  if (role.name === 'pre-candidate') {
    if (!preVote || message.term !== (granted ? member.term + 1 : member.term)) return;
  } else if (role.name !== 'candidate' || preVote || message.term !== member.term) {
    return;
  }
  if (!role.votes.has(from)) role.votes.set(from, granted);
  tally(member, now);
}

function tally<Command>(member: Member<Command>, now: number): void {
  const { role, membership } = member;
  if (role.name !== 'pre-candidate' && role.name !== 'candidate') {
    violated(`${role.name} ${member.id} counts votes`);
  }
  const { voters, outgoing } = membership.configuration;
  const result = quorumVote(voters, outgoing, role.votes);
  if (result === 'lost') member.becomeFollower(member.term, undefined, now);
  else if (result === 'won' && role.name === 'pre-candidate') startElection(member, false, now);
  else if (result === 'won') becomeLeader(member, now);
}

function becomeLeader<Command>(member: Member<Command>, now: number): void {
  const { id, log, term, settings, membership } = member;
  if (member.role.name !== 'candidate') violated(`${member.role.name} ${id} becomes leader of term ${term}`);
  if (member.vote !== id) violated(`${id} becomes leader of term ${term}, but voted for ${member.vote}`);
  const index = log.lastIndex + 1;
  const leader = new Leader(settings, index, log.commit, log.bytesBetween(log.commit + 1, index), now);
  leader.follow(membership, index, now);
  member.become(leader);
  member.append({ kind: 'blank', index, term, bytes: 0 });
}
