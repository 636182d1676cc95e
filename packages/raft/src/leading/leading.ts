import { continueTransfer, tellAgain } from '../election/transfer.ts';
import type { AppendResponse, HeartbeatResponse, SnapshotResponse } from '../exchange/messages.ts';
import { type Proposal, refuse } from '../exchange/proposal.ts';
import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';
import type { Leader } from '../member/roles.ts';
import { quorumReached } from '../membership/quorum.ts';
import type { Standing } from '../peers/progress.ts';
import { admitEarly, answerConfirmed, askForRound, refuseOverdue } from '../reads/reads.ts';
import {
  advanceCommit,
  hearPeer,
  receiveAppendResponse,
  receiveHeartbeatResponse,
  replicate,
  sendHeartbeats,
} from '../replication/replication.ts';
import { receiveSnapshotResponse } from '../snapshots/snapshot-sending.ts';
import { followUp } from './reconfiguration.ts';

const heardAtOf = (voter: Standing): number => voter.heardAt;

/** Takes a command into the log, or says why not. */
export function propose<Command>(member: Member<Command>, command: Command, bytes: number): Proposal {
  const { role, settings, log, term } = member;
  if (role.name !== 'leader') return refuse('not-leader', member.leader);
  if (role.transfer !== undefined) return refuse('transferring', member.id);
  // A command larger than the bound gets through alone.
  if (role.unsettledBytes > 0 && role.unsettledBytes + bytes > settings.uncommittedBytesMax) {
    return refuse('too-much-uncommitted', member.id);
  }
  const index = log.lastIndex + 1;
  member.append({ kind: 'command', index, term, bytes, command });
  role.unsettledBytes += bytes;
  return { outcome: 'proposed', index, term };
}

/** Takes an answer from a member that this one leads. */
export function receiveFromPeer<Command>(
  member: Member<Command>,
  leader: Leader,
  message: AppendResponse | HeartbeatResponse | SnapshotResponse,
  now: number,
): void {
  const peer = leader.peers.get(message.from);
  if (peer === undefined) return; // It is no member any more.
  if (message.round > leader.rounds.latest) {
    violated(`${peer.id} answers round ${message.round} of ${leader.rounds.latest}`);
  }
  hearPeer(peer, message.round, now);
  answerConfirmed(member, leader);
  if (message.kind === 'append-response') {
    receiveAppendResponse(member, peer, message);
    progressMade(member, leader, now);
  } else if (message.kind === 'heartbeat-response') {
    receiveHeartbeatResponse(member, leader, peer, now);
  } else {
    receiveSnapshotResponse(member, peer, message);
  }
}

/** Commits what it can, and does what waited for that. */
export function progressMade<Command>(member: Member<Command>, leader: Leader, now: number): void {
  while (member.role === leader && advanceCommit(member, leader)) {
    admitEarly(member, leader, now);
    followUp(member, leader, now);
  }
  if (member.role !== leader) return;
  settle(member, leader);
  continueTransfer(member, leader);
}

/** What is committed counts against the bound until it is durable here too: others may be faster than this disk. */
function settle<Command>({ log, writes }: Member<Command>, leader: Leader): void {
  const settled = Math.min(log.commit, writes.durable);
  if (settled <= leader.settled) return;
  leader.unsettledBytes -= log.bytesBetween(leader.settled + 1, settled + 1);
  leader.settled = settled;
  if (leader.unsettledBytes < 0) violated(`${leader.unsettledBytes} bytes unsettled after ${settled}`);
}

/** Does what is due: steps down without a majority, ends an overdue transfer, sends heartbeats. */
export function lead<Command>(member: Member<Command>, leader: Leader, now: number): void {
  const { electionTimeout, checkQuorum } = member.settings;
  if (checkQuorum && quorumReached(leader.voters, leader.outgoing, heardAtOf) + electionTimeout <= now) {
    member.becomeFollower(member.term, undefined, now);
    return;
  }
  if (leader.transfer !== undefined && leader.transfer.deadline <= now) leader.transfer = undefined;
  if (leader.heartbeatAt > now) return;
  refuseOverdue(member, leader, now);
  sendHeartbeats(member, leader, now);
  tellAgain(member, leader);
}

/** When {@link lead} has something to do. */
export function leadAt(leader: Leader): number {
  if (leader.peers.size === 0) return Number.POSITIVE_INFINITY;
  return Math.min(leader.heartbeatAt, leader.transfer?.deadline ?? Number.POSITIVE_INFINITY);
}

/** Sends what has gathered: everything that was proposed or asked for since the last time goes together. */
export function sendGathered<Command>(member: Member<Command>, leader: Leader): void {
  askForRound(member, leader);
  replicate(member, leader);
}
