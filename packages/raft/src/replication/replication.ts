import type { AppendResponse, Rejection } from '../exchange/messages.ts';
import { violated } from '../invariant.ts';
import type { Entry } from '../log/entry.ts';
import type { Member } from '../member/member.ts';
import type { Batch, Leader } from '../member/roles.ts';
import { quorumReached } from '../membership/quorum.ts';
import type { Peer, Standing } from '../peers/progress.ts';
import { needsSnapshot, offerAgain, offerSnapshot } from '../snapshots/snapshot-sending.ts';

const matchOf = (voter: Standing): number => voter.match;
const noEntries: readonly never[] = Object.freeze([]);

/** Sends every peer what it lacks, as far as its window allows. */
export function replicate<Command>(member: Member<Command>, leader: Leader): void {
  for (const peer of leader.peers.values()) replicateTo(member, leader, peer);
}

function replicateTo<Command>(member: Member<Command>, leader: Leader, peer: Peer): void {
  const { stage } = peer;
  if (stage.name === 'snapshot' || (stage.name === 'probe' && stage.waiting)) return;
  if (needsSnapshot(member, peer)) {
    offerSnapshot(member, leader, peer);
    return;
  }
  if (stage.name === 'probe') {
    sendAppend(member, leader, peer, batchEnd(member, leader, peer));
    stage.waiting = true;
    return;
  }
  const last = lastFor(member, leader, peer);
  while (peer.next <= last && !stage.inflights.full) {
    const end = batchEnd(member, leader, peer);
    const bytes = sendAppend(member, leader, peer, end);
    peer.next = end;
    stage.inflights.add(end - 1, bytes);
  }
  const commit = Math.min(peer.match, member.log.commit);
  if (peer.commitSent < commit) {
    peer.commitSent = commit;
    member.send({ kind: 'commit-notice', from: member.id, to: peer.id, term: member.term, commit });
  }
}

/**
 * The last entry that a peer may be sent. A witness gets only what is durable on a voter that can lead: it would elect
 * nobody who lacks what it has, and cannot bring it back itself.
 */
function lastFor<Command>(member: Member<Command>, leader: Leader, peer: Peer): number {
  if (!peer.witness) return member.log.lastIndex;
  leader.self.match = member.writes.durable;
  let last = peer.match;
  for (const half of [leader.voters, leader.outgoing]) {
    for (const voter of half) {
      if (voter.match > last && member.membership.canLead(voter.id)) last = voter.match;
    }
  }
  return last;
}

function batchEnd<Command>(member: Member<Command>, leader: Leader, peer: Peer): number {
  const end = Math.max(peer.next, lastFor(member, leader, peer) + 1);
  return member.log.batchEnd(peer.next, end, member.settings.appendBytesMax);
}

/** Sends the entries from the peer's next one up to and without `end`, none if that is the same; returns their bytes. */
function sendAppend<Command>(member: Member<Command>, leader: Leader, peer: Peer, end: number): number {
  const { log } = member;
  const { next } = peer;
  const previousTerm = log.termAt(next - 1);
  if (previousTerm === undefined)
    violated(`append after ${next - 1}, but the log begins after ${log.baseIndex}`);
  const batch = batchOf(member, leader, next, end);
  const entries = peer.witness ? batch.entries.map(withhold) : batch.entries;
  if (entries.length !== end - next) violated(`${entries.length} entries from ${next} up to ${end}`);
  peer.commitSent = Math.min(log.commit, end - 1);
  member.send({
    kind: 'append-request',
    from: member.id,
    to: peer.id,
    term: member.term,
    previousIndex: next - 1,
    previousTerm,
    entries,
    commit: log.commit,
    round: leader.rounds.latest,
  });
  return batch.bytes;
}

/** Most peers are sent the same entries one after the other, which need to be looked up only once. */
function batchOf<Command>(
  member: Member<Command>,
  leader: Leader,
  first: number,
  end: number,
): Batch<Command> {
  if (leader.batch.first !== first || leader.batch.end !== end) {
    const { log } = member;
    const entries = end > first ? log.slice(first, end) : noEntries;
    leader.batch = { first, end, entries, bytes: log.bytesBetween(first, end) };
  }
  // A leader only ever appends, so that what it looked up in its term stays right.
  return leader.batch as Batch<Command>;
}

/** What a witness gets of an entry. */
function withhold<Command>(entry: Entry<Command>): Entry<Command> {
  if (entry.kind !== 'command') return entry;
  return { kind: 'withheld', index: entry.index, term: entry.term, bytes: 0 };
}

export function sendHeartbeats<Command>(member: Member<Command>, leader: Leader, now: number): void {
  const round = leader.rounds.start(now);
  leader.heartbeatAt = now + member.settings.heartbeatInterval;
  for (const peer of leader.peers.values()) {
    const commit = Math.min(peer.match, member.log.commit);
    member.send({ kind: 'heartbeat', from: member.id, to: peer.id, term: member.term, commit, round });
  }
}

/** Takes note that a peer stands by this leader. */
export function hearPeer(peer: Peer, round: number, now: number): void {
  peer.heardAt = now;
  if (round > peer.round) peer.round = round;
}

export function receiveAppendResponse<Command>(
  member: Member<Command>,
  peer: Peer,
  message: AppendResponse,
): void {
  const { log } = member;
  if (message.rejected !== undefined) {
    receiveRejection(member, peer, message.index, message.rejected);
    return;
  }
  if (message.index > log.lastIndex) {
    violated(`${peer.id} holds ${message.index} entries of a log that ends at ${log.lastIndex}`);
  }
  peer.matches(message.index);
  const { stage } = peer;
  if (stage.name === 'replicate') {
    stage.inflights.freeUpTo(message.index);
  } else if (stage.name === 'probe' ? message.index === peer.match : peer.match >= log.baseIndex) {
    // A snapshot may have been overtaken: whatever brought the peer within reach of the log will do.
    peer.replicate();
  } else if (stage.name === 'snapshot' && peer.match >= stage.snapshot.index) {
    // The log has been compacted further meanwhile: it takes another snapshot.
    peer.probe(peer.match + 1, false);
  }
}

/** Goes back to where the logs may agree, skipping whole terms (dissertation 5.3, refined as in etcd). */
function receiveRejection<Command>(
  member: Member<Command>,
  peer: Peer,
  index: number,
  rejected: Rejection,
): void {
  const { stage, match } = peer;
  if (stage.name === 'replicate') {
    if (index > match) peer.probe(match + 1, false);
  } else if (stage.name === 'probe' && index === peer.next - 1 && index > match) {
    const agreed = member.log.lastIndexAtMost(rejected.hintIndex, rejected.hintTerm);
    peer.probe(Math.max(match + 1, Math.min(index, agreed + 1)), false);
  }
}

/** Looks for what may have been lost, about once in a heartbeat interval, however often reads ask for a round. */
export function receiveHeartbeatResponse<Command>(
  member: Member<Command>,
  leader: Leader,
  peer: Peer,
  now: number,
): void {
  const { stage } = peer;
  if (now - peer.checkedAt < member.settings.heartbeatInterval / 2) return;
  peer.checkedAt = now;
  if (stage.name === 'probe') {
    stage.waiting = false;
  } else if (stage.name === 'snapshot') {
    offerAgain(member, leader, peer, stage);
  } else {
    // No answer since the last heartbeat: an empty append finds out what is missing.
    const unanswered = peer.match < peer.next - 1 && peer.match === stage.matchBefore;
    if (unanswered && !needsSnapshot(member, peer)) sendAppend(member, leader, peer, peer.next);
    stage.matchBefore = peer.match;
  }
}

/** Commits what a majority holds durably, if that reaches into this term; whether it did. */
export function advanceCommit<Command>(member: Member<Command>, leader: Leader): boolean {
  const { log } = member;
  leader.self.match = member.writes.durable;
  const reached = quorumReached(leader.voters, leader.outgoing, matchOf);
  if (reached <= log.commit || log.termAt(reached) !== member.term) return false;
  log.commitTo(reached);
  return true;
}
