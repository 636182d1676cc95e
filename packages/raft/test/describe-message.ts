import type { Configuration, Entry, Message } from '../src/index.ts';

/** A message in a line, as transcripts show it. */
export function describeMessage(message: Message<string>): string {
  return `${message.from} -> ${message.to} ${content(message)}`;
}

function content(message: Message<string>): string {
  const term = `term ${message.term}`;
  switch (message.kind) {
    case 'vote-request': {
      const asked = message.preVote ? 'would you vote for me' : 'vote for me';
      return `${asked}, ${term}, log ends ${message.lastIndex}/${message.lastTerm}${message.transfer ? ', asked by the leader' : ''}`;
    }
    case 'vote-response':
      return `${message.preVote ? 'would vote' : 'vote'} ${message.granted ? 'granted' : 'refused'}, ${term}`;
    case 'append-request': {
      const entries = message.entries.map(describeEntry).join(' ');
      return `append, ${term}, after ${message.previousIndex}/${message.previousTerm}: ${entries === '' ? 'nothing' : entries}, commit ${message.commit}`;
    }
    case 'append-response':
      if (message.rejected === undefined) return `appended up to ${message.index}, ${term}`;
      return `nothing matches at ${message.index}, try ${message.rejected.hintIndex}/${message.rejected.hintTerm}, ${term}`;
    case 'heartbeat':
      return `heartbeat, ${term}, commit ${message.commit}, round ${message.round}`;
    case 'commit-notice':
      return `committed up to ${message.commit}, ${term}`;
    case 'heartbeat-response':
      return `alive, ${term}, round ${message.round}`;
    case 'snapshot-offer':
      return `snapshot ${message.snapshot.id}${message.metadataOnly ? ', metadata only' : ` of ${message.snapshot.bytes} bytes`}, ${term}`;
    case 'snapshot-chunk':
      return `chunk ${message.offset}..${message.offset + message.data.length} of ${message.snapshot.id}, ${term}`;
    case 'snapshot-response':
      return `have ${message.offset} bytes of ${message.snapshotId}, ${term}`;
    case 'timeout-now':
      return `campaign now, ${term}`;
    case 'read-request':
      return `where may I read, ${term}`;
    case 'read-response':
      return message.index === undefined ? `no read, ${term}` : `read at ${message.index}, ${term}`;
  }
}

/** Such as `4/2 "x"`: index, term, content. */
export function describeEntry(entry: Entry<string>): string {
  const place = `${entry.index}/${entry.term}`;
  switch (entry.kind) {
    case 'command':
      return `${place} "${entry.command}"`;
    case 'configuration':
      return `${place} [${describeConfiguration(entry.configuration)}]`;
    case 'blank':
      return `${place} blank`;
    case 'withheld':
      return `${place} withheld`;
  }
}

export function describeConfiguration(configuration: Configuration): string {
  const { voters, outgoing, learners, learnersNext, witnesses, leavesJoint } = configuration;
  const parts = [voters.join(' ')];
  if (outgoing.length > 0) parts.push(`and ${outgoing.join(' ')}`);
  if (learners.length > 0) parts.push(`learners ${learners.join(' ')}`);
  if (learnersNext.length > 0) parts.push(`soon learners ${learnersNext.join(' ')}`);
  if (witnesses.length > 0) parts.push(`witnesses ${witnesses.join(' ')}`);
  if (outgoing.length > 0) parts.push(leavesJoint ? 'leaves by itself' : 'until told to leave');
  return parts.join(', ');
}
