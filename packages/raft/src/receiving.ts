import { invalidArgument } from '@holdfast/core';
import { receiveVoteRequest, receiveVoteResponse } from './election/election.ts';
import { receiveTimeoutNow } from './election/transfer.ts';
import type { Message } from './exchange/messages.ts';
import { receiveFromPeer } from './leading/leading.ts';
import type { Member } from './member/member.ts';
import { receiveReadRequest, receiveReadResponse } from './reads/reads.ts';
import { receiveAppend, receiveCommitNotice, receiveHeartbeat } from './replication/appending.ts';
import { receiveChunk, receiveOffer } from './snapshots/snapshot-receiving.ts';

/** Takes a message: first what its term means, then what it says. */
export function receive<Command>(member: Member<Command>, message: Message<Command>, now: number): void {
  if (message.to !== member.id)
    throw invalidArgument('message.to', message.to, `${member.id}, who receives it`);
  const { kind } = message;
  if (kind === 'vote-request') {
    receiveVoteRequest(member, message, now);
    return;
  }
  // The answer to a pre-vote has the term that an election would have, which nobody is in yet.
  const foreseen = kind === 'vote-response' && message.preVote && message.granted;
  if (message.term > member.term && !foreseen) {
    member.becomeFollower(message.term, isLeaders(kind) ? message.from : undefined, now);
  } else if (message.term < member.term) {
    if (isLeaders(kind)) sendTerm(member, message.from);
    return;
  }
  switch (kind) {
    case 'vote-response':
      receiveVoteResponse(member, message, now);
      break;
    case 'append-request':
      receiveAppend(member, message, now);
      break;
    case 'heartbeat':
      receiveHeartbeat(member, message, now);
      break;
    case 'commit-notice':
      receiveCommitNotice(member, message, now);
      break;
    case 'append-response':
    case 'heartbeat-response':
    case 'snapshot-response':
      if (member.role.name === 'leader') receiveFromPeer(member, member.role, message, now);
      break;
    case 'snapshot-offer':
      receiveOffer(member, message, now);
      break;
    case 'snapshot-chunk':
      receiveChunk(member, message, now);
      break;
    case 'timeout-now':
      receiveTimeoutNow(member, message, now);
      break;
    case 'read-request':
      receiveReadRequest(member, message, now);
      break;
    case 'read-response':
      receiveReadResponse(member, message);
      break;
  }
}

/** Whether only the leader of a term says such a thing. */
function isLeaders(kind: Message<unknown>['kind']): boolean {
  return (
    kind === 'append-request' ||
    kind === 'heartbeat' ||
    kind === 'commit-notice' ||
    kind === 'snapshot-offer' ||
    kind === 'snapshot-chunk'
  );
}

/**
 * Lets a leader know that its term is over. Without this, a member with a later term could neither be elected, where
 * all others stand by that leader, nor ever follow it.
 */
function sendTerm<Command>(member: Member<Command>, to: string): void {
  member.send({ kind: 'heartbeat-response', from: member.id, to, term: member.term, round: 0 });
}
