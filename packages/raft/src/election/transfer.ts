import type { TimeoutNow } from '../exchange/messages.ts';
import { type Refused, refuse } from '../exchange/proposal.ts';
import type { Member } from '../member/member.ts';
import type { Leader } from '../member/roles.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Peer } from '../peers/progress.ts';
import { campaign, canCampaign } from './election.ts';

/** Begins to hand leadership over to `to`, which it tells to campaign once it has the whole log (dissertation 3.10). */
export function startTransfer<Command>(
  member: Member<Command>,
  to: MemberId,
  now: number,
): Refused | undefined {
  const { role, membership, settings } = member;
  if (role.name !== 'leader') return refuse('not-leader', member.leader);
  if (to === member.id) return refuse('unfit-target', member.id, `${to} leads already`);
  if (!membership.canLead(to)) return refuse('unfit-target', member.id, `${to} is no voter that can lead`);
  if (role.transfer?.to === to) return undefined;
  role.transfer = { to, deadline: now + settings.electionTimeout, told: false };
  continueTransfer(member, role);
  return undefined;
}

/** Tells the target to campaign as soon as it holds the whole log. */
export function continueTransfer<Command>(member: Member<Command>, leader: Leader): void {
  const { transfer } = leader;
  if (transfer === undefined || transfer.told) return;
  const peer = leader.peers.get(transfer.to);
  if (peer === undefined || peer.match < member.log.lastIndex) return;
  transfer.told = true;
  tell(member, leader, transfer.to);
}

/** In case it got lost. */
export function tellAgain<Command>(member: Member<Command>, leader: Leader): void {
  if (leader.transfer?.told === true) tell(member, leader, leader.transfer.to);
}

function tell<Command>(member: Member<Command>, leader: Leader, to: MemberId): void {
  leader.leases = false;
  member.send({ kind: 'timeout-now', from: member.id, to, term: member.term });
}

/** Gives leadership up, to the member that has most of the log. It need not wait for anything to time out. */
export function handOver<Command>(member: Member<Command>, leader: Leader): void {
  let best: Peer | undefined;
  for (const peer of leader.peers.values()) {
    if (member.membership.canLead(peer.id) && (best === undefined || peer.match > best.match)) best = peer;
  }
  if (best !== undefined) tell(member, leader, best.id);
}

/** The leader wants this member to lead. */
export function receiveTimeoutNow<Command>(member: Member<Command>, message: TimeoutNow, now: number): void {
  if (member.leader === message.from && canCampaign(member)) campaign(member, true, now);
}
