import type { ReadRequest, ReadResponse } from '../exchange/messages.ts';
import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';
import type { LeaderRead } from '../member/read-queues.ts';
import type { Leader } from '../member/roles.ts';
import type { MemberId } from '../membership/member-id.ts';
import { sendHeartbeats } from '../replication/replication.ts';
import { confirmedRound, holdsLease } from './lease.ts';

/** Begins a read of this member's own. */
export function read<Command>(member: Member<Command>, id: number, now: number): void {
  const { role, settings, confirmedReads, membership } = member;
  if (membership.isWitness(member.id)) member.refuseRead(id, 'witness');
  else if (role.name === 'leader') register(member, role, member.id, id, now);
  else if (role.name !== 'follower' || role.following === undefined) member.refuseRead(id, 'no-leader');
  else if (role.reads.count + confirmedReads.count >= settings.readsMax)
    member.refuseRead(id, 'too-many-reads');
  else {
    const number = member.nextReadNumber();
    role.reads.add(number, id, now + settings.electionTimeout);
    const { term } = member;
    member.send({ kind: 'read-request', from: member.id, to: role.following.id, term, read: number });
  }
}

export function receiveReadRequest<Command>(
  member: Member<Command>,
  message: ReadRequest,
  now: number,
): void {
  const { role } = member;
  if (role.name === 'leader') register(member, role, message.from, message.read, now);
  else member.refuseReadOf(message.from, message.read, 'leader-changed');
}

export function receiveReadResponse<Command>(member: Member<Command>, message: ReadResponse): void {
  const { role } = member;
  if (role.name !== 'follower') return;
  const id = role.reads.answer(message.read);
  if (id === undefined) return;
  if (message.index === undefined) member.refuseRead(id, 'leader-changed');
  else confirm(member, id, message.index);
}

function register<Command>(
  member: Member<Command>,
  leader: Leader,
  from: MemberId,
  id: number,
  now: number,
): void {
  const { reads } = leader;
  if (reads.count + member.confirmedReads.count >= member.settings.readsMax) {
    member.refuseReadOf(from, id, 'too-many-reads');
    return;
  }
  const asked: LeaderRead = { from, read: id, askedAt: now, index: 0, round: 0 };
  if (member.log.commit < leader.firstOfTerm) reads.early.push(asked);
  else admit(member, leader, asked, now);
}

/** From its first commit on, a leader's commit index covers all that was ever acknowledged. */
function admit<Command>(member: Member<Command>, leader: Leader, asked: LeaderRead, now: number): void {
  if (member.log.commit < leader.firstOfTerm) {
    violated(
      `read at ${member.log.commit}, before the term's first entry ${leader.firstOfTerm} is committed`,
    );
  }
  asked.index = member.log.commit;
  if (holdsLease(member, leader, now)) {
    answer(member, asked);
    return;
  }
  asked.round = leader.rounds.latest + 1;
  leader.reads.unconfirmed.push(asked);
  answerConfirmed(member, leader);
}

/** The reads that came before the first commit of the term can be dealt with now. */
export function admitEarly<Command>(member: Member<Command>, leader: Leader, now: number): void {
  for (const asked of leader.reads.early.splice(0)) admit(member, leader, asked, now);
}

/** Answers the reads whose round a majority has answered. */
export function answerConfirmed<Command>(member: Member<Command>, leader: Leader): void {
  const { unconfirmed } = leader.reads;
  if (unconfirmed.length === 0) return;
  const confirmed = confirmedRound(leader);
  let done = 0;
  while (done < unconfirmed.length && unconfirmed[done]!.round <= confirmed) {
    answer(member, unconfirmed[done]!);
    done++;
  }
  if (done > 0) unconfirmed.splice(0, done);
}

/** Begins a round for the reads that wait for one, all of them at once, unless one for earlier reads is under way. */
export function askForRound<Command>(member: Member<Command>, leader: Leader): void {
  const { reads, rounds } = leader;
  const { unconfirmed } = reads;
  if (unconfirmed.length === 0 || unconfirmed[unconfirmed.length - 1]!.round <= rounds.latest) return;
  if (confirmedRound(leader) < reads.roundAsked) return;
  sendHeartbeats(member, leader, member.now);
  reads.roundAsked = rounds.latest;
}

/** Refuses reads for which no majority was found within an election timeout. */
export function refuseOverdue<Command>(member: Member<Command>, leader: Leader, now: number): void {
  const latest = now - member.settings.electionTimeout;
  for (const queue of [leader.reads.early, leader.reads.unconfirmed]) {
    let overdue = 0;
    while (overdue < queue.length && queue[overdue]!.askedAt <= latest) {
      member.refuseReadOf(queue[overdue]!.from, queue[overdue]!.read, 'overdue');
      overdue++;
    }
    if (overdue > 0) queue.splice(0, overdue);
  }
}

function answer<Command>(member: Member<Command>, asked: LeaderRead): void {
  const { from, read: number, index } = asked;
  if (from === member.id) confirm(member, number, index);
  else {
    const { id, term } = member;
    member.send({ kind: 'read-response', from: id, to: from, term, read: number, index });
  }
}

/** It is ready as soon as the state machine has applied what it must see. */
function confirm<Command>(member: Member<Command>, id: number, index: number): void {
  member.confirmedReads.add(id, index, member.now + member.settings.electionTimeout);
  member.confirmedReads.release(member.applying.applied, member.outbox.reads);
}
