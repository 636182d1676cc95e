import { violated } from './invariant.ts';
import type { Member } from './member.ts';
import type { MemberId } from './member-id.ts';
import type { AppendRequest, CommitNotice, Heartbeat } from './messages.ts';
import { quorumReached } from './quorum.ts';

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

/** Takes over the leader's entries, and answers once they are durable. */
export function receiveAppend<Command>(
  member: Member<Command>,
  message: AppendRequest<Command>,
  now: number,
): void {
  hearLeader(member, message.from, now);
  const { log } = member;
  const { previousIndex, previousTerm, entries, round } = message;
  if (previousIndex >= log.commit && log.termAt(previousIndex) !== previousTerm) {
    const hintIndex = log.lastIndexAtMost(Math.min(previousIndex, log.lastIndex), previousTerm);
    member.send({
      kind: 'append-response',
      from: member.id,
      to: message.from,
      term: member.term,
      index: previousIndex,
      rejected: { hintIndex, hintTerm: log.termAt(hintIndex) ?? 0 },
      round,
    });
    return;
  }
  const end = previousIndex + entries.length;
  appendMissing(member, entries, previousIndex);
  log.commitTo(Math.max(log.commit, Math.min(message.commit, end)));
  acknowledge(member, message.from, Math.max(end, log.commit), round);
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

/** Skips what the log has already, drops what contradicts it, and appends the rest. */
function appendMissing<Command>(
  member: Member<Command>,
  entries: AppendRequest<Command>['entries'],
  previousIndex: number,
): void {
  const { log } = member;
  let place = Math.max(0, log.commit - previousIndex);
  if (place > 0 && place <= entries.length) {
    const { index, term } = entries[place - 1]!;
    const here = log.termAt(index);
    if (here !== undefined && here !== term) {
      violated(`entry ${index} is committed with term ${here}, and the leader has it with term ${term}`);
    }
  }
  while (place < entries.length && log.termAt(entries[place]!.index) === entries[place]!.term) place++;
  if (place >= entries.length) return;
  const first = entries[place]!.index;
  if (first !== previousIndex + place + 1)
    violated(`entry ${first} at place ${place} after ${previousIndex}`);
  if (first <= log.lastIndex) member.truncateFrom(first);
  for (; place < entries.length; place++) member.append(entries[place]!);
}

export function receiveCommitNotice<Command>(
  member: Member<Command>,
  message: CommitNotice,
  now: number,
): void {
  hearLeader(member, message.from, now);
  member.log.commitTo(Math.max(member.log.commit, message.commit));
}

export function receiveHeartbeat<Command>(member: Member<Command>, message: Heartbeat, now: number): void {
  hearLeader(member, message.from, now);
  const { log } = member;
  log.commitTo(Math.max(log.commit, message.commit));
  member.send({
    kind: 'heartbeat-response',
    from: member.id,
    to: message.from,
    term: member.term,
    round: message.round,
  });
}
