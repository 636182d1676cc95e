/** A small wrong change of the source: where `right` stands, `wrong` is put. */
export interface PlantedBug {
  readonly name: string;
  /** Which part of the protocol it breaks. */
  readonly about: Subject;
  /** Within `packages/raft/src`. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

export type Subject =
  | 'elections'
  | 'persistence'
  | 'commit rule'
  | 'log repair'
  | 'flow control'
  | 'snapshots'
  | 'membership'
  | 'reads'
  | 'leases'
  | 'sessions'
  | 'driver';

/** Mistakes that an implementation of Raft may well have; many are known from others. */
export const plantedBugs: readonly PlantedBug[] = [
  ...within('elections', 'election/election.ts', [
    [
      'a vote is given whatever the log of the candidate',
      'const granted = may && log.isUpToDate(lastIndex, lastTerm);',
      'const granted = may;',
    ],
    [
      'a late answer to a pre-vote counts as a vote',
      "} else if (role.name !== 'candidate' || preVote ||",
      "} else if (role.name !== 'candidate' ||",
    ],
    ['a vote leaves before it is durable', 'member.sendWhenDurable(response, 0);', 'member.send(response);'],
    [
      'a candidate asks for votes before its term and its own vote are durable',
      'member.sendWhenDurable(message, log.lastIndex);',
      'member.send(message);',
    ],
    [
      'a new leader leads from an entry that it does not have',
      'const leader = new Leader(settings, index, log.commit,',
      'const leader = new Leader(settings, 0, log.commit,',
    ],
    [
      'refused votes are taken for granted ones',
      'if (!role.votes.has(from)) role.votes.set(from, granted);',
      'if (!role.votes.has(from)) role.votes.set(from, true);',
    ],
  ]),
  ...within('elections', 'log/log.ts', [
    [
      'a longer log beats a later term',
      'return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);',
      'return lastIndex >= this.lastIndex;',
    ],
    [
      'a later term beats nothing: only lengths of equal terms are compared',
      'return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);',
      'return lastTerm >= this.lastTerm;',
    ],
  ]),
  ...within('elections', 'membership/quorum.ts', [
    ['half of the voters elect', 'granted > voters.length >> 1', 'granted >= voters.length >> 1'],
    [
      'the new half of a joint configuration elects alone',
      "return one === 'won' && other === 'won' ? 'won' : 'pending';",
      "return one === 'won' ? 'won' : 'pending';",
    ],
  ]),
  ...within('elections', 'receiving.ts', [
    [
      'messages of an earlier term count',
      '} else if (message.term < member.term) {',
      '} else if (message.term < member.term && isLeaders(kind) && false) {',
    ],
  ]),
  ...within('persistence', 'member/member.ts', [
    [
      'a vote is not written',
      'this.voteNow = candidate;\n    this.writes.hardStateIsNew();',
      'this.voteNow = candidate;',
    ],
    ['a restart forgets the vote', 'this.voteNow = hardState.vote;', 'this.voteNow = undefined;'],
    [
      'a vote is forgotten whenever a member becomes a follower',
      'if (term === this.termNow) return;\n    this.termNow = term;',
      'this.termNow = term;',
    ],
  ]),
  ...within('persistence', 'log/writes.ts', [
    [
      'the vote is left out of the hard state',
      'hardState: { term, vote,',
      'hardState: { term, vote: undefined,',
    ],
    [
      'nothing waits for the hard state',
      'const hardState = this.hardStateChanged ? this.sequenceTaken + 1 : this.hardStateSequence;',
      'const hardState = 0;',
    ],
    [
      'a late report of a write counts for entries that took the place of those written (ABA)',
      'for (const write of this.pending) write.lastIndex = Math.min(write.lastIndex, index - 1);',
      '',
    ],
    ['a truncation leaves what was durable', 'this.durableNow = Math.min(this.durableNow, index - 1);', ''],
    [
      'the disk is not told of a truncation',
      'this.truncateFrom = Math.min(this.truncateFrom ?? index, index);',
      '',
    ],
    [
      'a report of one write stands for all that were handed out',
      'this.durableNow = Math.max(this.durableNow, this.pending[done]!.lastIndex);',
      'this.durableNow = this.handedTo;',
    ],
  ]),
  ...within('persistence', 'election/following.ts', [
    [
      'entries are acknowledged before they are durable',
      "member.sendWhenDurable(\n    { kind: 'append-response', from: id, to, term, index, rejected: undefined, round },\n    index,\n  );",
      "member.send({ kind: 'append-response', from: id, to, term, index, rejected: undefined, round });",
    ],
  ]),
  ...within('persistence', 'exchange/outbox.ts', [
    [
      'what waited for the disk is sent in a later term too',
      'else if (entry.message.term === term) {',
      'else {',
    ],
  ]),
  ...within('commit rule', 'replication/replication.ts', [
    [
      'entries of earlier terms are committed by counting',
      'if (reached <= log.commit || log.termAt(reached) !== member.term) return false;',
      'if (reached <= log.commit) return false;',
    ],
    [
      'a leader counts itself before its write is durable',
      'const { log } = member;\n  leader.self.match = member.writes.durable;',
      'const { log } = member;\n  leader.self.match = member.log.lastIndex;',
    ],
    [
      'a heartbeat carries the commit index beyond what the follower holds',
      "const commit = Math.min(peer.match, member.log.commit);\n    member.send({ kind: 'heartbeat'",
      "const { commit } = member.log;\n    member.send({ kind: 'heartbeat'",
    ],
    [
      'a follower is told of a commit that it does not hold',
      'const commit = Math.min(peer.match, member.log.commit);\n  if (peer.commitSent',
      'const { commit } = member.log;\n  if (peer.commitSent',
    ],
    [
      'the old half of a joint configuration does not count',
      'const reached = quorumReached(leader.voters, leader.outgoing, matchOf);',
      'const reached = quorumReached(leader.voters, [], matchOf);',
    ],
  ]),
  ...within('commit rule', 'membership/quorum.ts', [
    [
      'half of an even number is a majority',
      'return scratch[count >> 1]!;',
      'return scratch[(count - 1) >> 1]!;',
    ],
    [
      'a minority is a majority',
      'return scratch[count >> 1]!;',
      'return scratch[Math.max(0, (count >> 1) - 1)]!;',
    ],
  ]),
  ...within('commit rule', 'replication/replication.ts', [
    [
      'a rejection is taken for an acknowledgement',
      'if (message.rejected !== undefined) {',
      "if (message.rejected !== undefined && peer.stage.name === 'probe') {",
    ],
  ]),
  ...within('commit rule', 'member/roles.ts', [
    [
      'learners count',
      'this.voters = configuration.voters.map((id) => this.standing(id));',
      'this.voters = [...configuration.voters, ...configuration.learners].map((id) => this.standing(id));',
    ],
  ]),
  ...within('log repair', 'replication/appending.ts', [
    [
      'entries are appended whatever comes before them',
      'if (previousIndex >= log.commit && log.termAt(previousIndex) !== previousTerm) {',
      'if (previousIndex >= log.commit && log.termAt(previousIndex) === undefined) {',
    ],
    [
      'an append that comes late cuts off what came after it',
      'while (place < entries.length && log.termAt(entries[place]!.index) === entries[place]!.term) place++;',
      '',
    ],
    [
      'what contradicts the leader stays',
      'if (first <= log.lastIndex) member.truncateFrom(first);',
      'if (first <= log.lastIndex) return;',
    ],
  ]),
  ...within('log repair', 'replication/replication.ts', [
    [
      'a rejection is answered with the same again',
      'peer.probe(Math.max(match + 1, Math.min(index, agreed + 1)), false);',
      'peer.probe(Math.max(match + 1, index + 1), false);',
    ],
    [
      'a late rejection sets a member back behind what it has acknowledged since',
      `} else if (stage.name === 'probe' && index === peer.next - 1 && index > match) {
    const agreed = member.log.lastIndexAtMost(rejected.hintIndex, rejected.hintTerm);
    peer.probe(Math.max(match + 1, Math.min(index, agreed + 1)), false);`,
      `} else if (stage.name === 'probe') {
    const agreed = member.log.lastIndexAtMost(rejected.hintIndex, rejected.hintTerm);
    peer.probe(Math.min(index, agreed + 1), false);`,
    ],
    [
      'what was sent ahead is not sent again when it is rejected',
      'if (index > match) peer.probe(match + 1, false);',
      '',
    ],
    ['a probe that got lost is not repeated', 'stage.waiting = false;', ''],
  ]),
  ...within('flow control', 'replication/replication.ts', [
    ['answers do not free the window', 'stage.inflights.freeUpTo(message.index);', ''],
  ]),
  ...within('flow control', 'log/applying.ts', [
    ['what is applied stays counted', 'this.bytesUnderWay -= log.bytesBetween(first, index + 1);', ''],
  ]),
  ...within('flow control', 'leading/leading.ts', [
    [
      'what is settled stays counted',
      'leader.unsettledBytes -= log.bytesBetween(leader.settled + 1, settled + 1);',
      '',
    ],
  ]),
  ...within('snapshots', 'replication/replication.ts', [
    [
      'a follower that has a snapshot which is too old by now waits for ever',
      "} else if (stage.name === 'snapshot' && peer.match >= stage.snapshot.index) {",
      '} else if (false) {',
    ],
    ['what got lost of a snapshot is not sent again', 'offerAgain(member, leader, peer, stage);', ''],
  ]),
  ...within('snapshots', 'snapshots/snapshot-receiving.ts', [
    [
      'a snapshot leaves the membership as it was',
      'memberships.restore(snapshot.configuration, snapshot.configurationIndex);',
      '',
    ],
    [
      'a snapshot does not take the place of what is to be applied',
      'applying.restoreAt(snapshot.index);',
      '',
    ],
    ['a snapshot is installed as soon as it is offered', 'if (message.metadataOnly) {', 'if (true) {'],
  ]),
  ...within('snapshots', 'log/log.ts', [
    [
      'a snapshot leaves the entries that it replaces',
      'this.entries.length = 0;\n    this.runTerms.length = 0;',
      'this.runTerms.length = 0;',
    ],
    [
      'a compaction drops one entry too many',
      'this.entries.splice(0, baseIndex - this.baseIndexNow);',
      'this.entries.splice(0, baseIndex - this.baseIndexNow + 1);',
    ],
  ]),
  ...within('membership', 'snapshots/compaction.ts', [
    [
      'a snapshot carries the latest membership, committed or not',
      'const { configuration, index: configurationIndex } = memberships.at(index);',
      'const { configuration, index: configurationIndex } = memberships.current;',
    ],
  ]),
  ...within('membership', 'member/member.ts', [
    [
      'a membership that was dropped from the log stays in force',
      'this.memberships.truncateFrom(index);',
      '',
    ],
    [
      'a membership comes into force at the leader only',
      "if (entry.kind === 'configuration') this.memberships.add(entry.configuration, entry.index);",
      "if (entry.kind === 'configuration' && this.role.name === 'leader') this.memberships.add(entry.configuration, entry.index);",
    ],
  ]),
  ...within('membership', 'leading/reconfiguration.ts', [
    [
      'a leader looks after the old members until the change is committed',
      'leader.follow(member.membership, index, now);',
      '',
    ],
    [
      'a change begins while another is under way',
      'if (membership.index > log.commit) return refuse(',
      'if (false) return refuse(',
    ],
    [
      'a joint configuration is left before it is committed',
      'if (membership.index > log.commit) return;',
      '',
    ],
  ]),
  ...within('membership', 'membership/membership-change.ts', [
    [
      'two voters are exchanged in one step',
      'difference(current.voters, target.voters) <= 1) {\n    return { outcome:',
      'difference(current.voters, target.voters) <= 2) {\n    return { outcome:',
    ],
    [
      'a joint configuration forgets the old voters',
      'voters: target.voters,\n    outgoing,',
      'voters: target.voters,\n    outgoing: [],',
    ],
  ]),
  ...within('membership', 'membership/membership.ts', [
    [
      'a witness leads, and has no commands',
      'return this.voting.has(id) && !this.witnesses.has(id);',
      'return this.voting.has(id);',
    ],
  ]),
  ...within('reads', 'reads/reads.ts', [
    [
      'a read is confirmed by a round that began before it',
      'asked.round = leader.rounds.latest + 1;',
      'asked.round = leader.rounds.latest;',
    ],
    [
      'a leader reads without asking anybody',
      'while (done < unconfirmed.length && unconfirmed[done]!.round <= confirmed) {',
      'while (done < unconfirmed.length) {',
    ],
    [
      'a follower reads at its own commit index',
      'else confirm(member, id, message.index);',
      'else confirm(member, id, member.log.commit);',
    ],
  ]),
  ...within('reads', 'member/read-queues.ts', [
    [
      'a read does not wait for the state machine',
      'while (done < waiting.length && waiting[done]!.index <= applied) {',
      'while (done < waiting.length) {',
    ],
  ]),
  ...within('leases', 'reads/lease.ts', [
    [
      'a lease does not allow for clocks that drift',
      '(electionTimeout * (partsPerMillion - clockDriftMax)) / (partsPerMillion + clockDriftMax),',
      'electionTimeout,',
    ],
    [
      'a lease lasts for two election timeouts',
      '(electionTimeout * (partsPerMillion - clockDriftMax)) / (partsPerMillion + clockDriftMax),',
      'electionTimeout * 2,',
    ],
  ]),
  ...within('leases', 'election/transfer.ts', [
    ['a leader that hands over keeps its lease', 'leader.leases = false;', ''],
  ]),
  ...within('leases', 'member/member.ts', [
    [
      'a restart forgets that others were promised to be left alone',
      "this.promisedUntil = now + (settings.reads === 'lease' ? settings.electionTimeout : 0);",
      'this.promisedUntil = 0;',
    ],
  ]),
  ...within('leases', 'election/election.ts', [
    [
      'what was promised to a leader does not keep a member from voting',
      'if (!message.transfer && hasPromised(member, now)) return;',
      '',
    ],
  ]),
  ...within('sessions', 'sessions.ts', [
    [
      'a request that is tried again is applied again',
      'if (session.responses.has(sequence)) {',
      'if (false) {',
    ],
    [
      'a request is applied again once its response is forgotten',
      "if (sequence < session.answeredBelow) return { outcome: 'answered' };",
      '',
    ],
    [
      'a request of a session that is gone is applied all the same',
      "if (session === undefined) return { outcome: 'ended' };",
      "if (session === undefined) return { outcome: 'applied', response: apply() };",
    ],
    [
      'a session remembers only the latest response',
      'session.responses.set(sequence, response);',
      'session.responses.clear();\n    session.responses.set(sequence, response);',
    ],
    [
      'a session that is gone answers from a cache all the same',
      'const session = this.use(request.session);',
      `const known = this.use(request.session);
    this.cache ??= new Map();
    if (known !== undefined) this.cache.set(request.session, known);
    const session = known ?? this.cache.get(request.session);`,
    ],
    ['the time of a proposer that is behind sets sessions back', 'Math.max(this.time, time)', 'time'],
    ['the time of sessions is left out of snapshots', 'this.time = snapshot.time;', ''],
    [
      'the responses of sessions are left out of snapshots',
      'responses: new Map(responses) });',
      'responses: new Map() });',
    ],
    [
      'a snapshot forgets which responses a client has',
      'this.sessions.set(id, { usedAt, answeredBelow, responses',
      'this.sessions.set(id, { usedAt, answeredBelow: 1, responses',
    ],
    [
      'sessions end by the order of their beginning after a snapshot',
      'of snapshot.sessions) {',
      'of [...snapshot.sessions].sort((one, other) => one.id - other.id)) {',
    ],
  ]),
  ...within('sessions', 'testkit/key-value/key-value-store.ts', [
    [
      'sessions are left out of snapshots',
      'this.#sessions = new Sessions(this.#options, saved.sessions);',
      '',
    ],
  ]),
  ...within('driver', 'testkit/member/pending-proposals.ts', [
    [
      'a client is answered though another command took the place of its own',
      'if (proposal.term === term) proposal',
      'if (proposal.term <= term) proposal',
    ],
  ]),
  ...within('sessions', 'testkit/client/key-value-client.ts', [
    [
      "a client takes answers to its host's earlier process for its own",
      'this.#id = context.incarnation * idsPerProcess;',
      'this.#id = 0;',
    ],
  ]),
  ...within('driver', 'testkit/scenario/execute-order.ts', [
    [
      'an operator replaces a disk that a majority needs',
      'if (canLose(operation.host, run)) new Restart',
      'if (run.isRunning(operation.host)) new Restart',
    ],
  ]),
  ...within('driver', 'testkit/member/raft-member.ts', [
    [
      'the log is cut off beyond its snapshot',
      'storage.compact(snapshot, data, Math.max(0, index - snapshotTail) + 1,',
      'storage.compact(snapshot, data, index + 2,',
    ],
    [
      'a restart does not restore the snapshot',
      'if (snapshotData !== undefined) machine.restore(snapshotData);',
      '',
    ],
  ]),
  ...within('driver', 'testkit/member/stored-log.ts', [
    [
      'a truncation is not written',
      'if (truncateFrom !== undefined) records.push(encode({ truncateFrom }));',
      '',
    ],
    [
      'a compaction forgets the hard state',
      'records.push(encode({ hardState: this.hardState }));\n    for',
      'for',
    ],
  ]),
];

type Change = readonly [name: string, right: string, wrong: string];

function within(about: Subject, file: string, changes: readonly Change[]): PlantedBug[] {
  return changes.map(([name, right, wrong]) => ({ name, about, file, right, wrong }));
}
