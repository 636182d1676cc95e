import { acknowledge, hearLeader } from '../election/following.ts';
import type { AppendRequest, CommitNotice, Heartbeat } from '../exchange/messages.ts';
import { violated } from '../invariant.ts';
import type { Member } from '../member/member.ts';

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
