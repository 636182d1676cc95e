/** A small wrong change of the source: where `right` stands, `wrong` is put. */
export interface PlantedBug {
  readonly name: string;
  /** Within `packages/cluster/src`. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  /** The scenario that has most to do with it. */
  readonly scenario: string;
}

/** Mistakes in what carries out a member's promises. Those of Raft itself are planted in `packages/raft`. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a refusal that comes late has a proposal proposed again that was proposed anew already',
    file: 'member/proposals/proposals.ts',
    right: 'if (proposal.done || proposal.term !== answer.term) continue;',
    wrong: 'if (proposal.done) continue;',
    scenario: 'cluster-hand-overs',
  },
  {
    name: 'what the present leader has is proposed anew',
    file: 'member/proposals/proposals.ts',
    right: 'if (proposal.term === 0 || proposal.term >= term) continue;',
    wrong: 'if (proposal.term === 0 || proposal.term > term) continue;',
    scenario: 'cluster-three',
  },
  {
    name: 'what may be in a snapshot is waited for all the same, and proposed anew',
    file: 'member/proposals/proposals.ts',
    right: 'if (proposal.term === 0) continue;',
    wrong: 'if (proposal.term >= 0) continue;',
    scenario: 'cluster-outrun',
  },
  {
    name: 'a proposal that ran out of time is said never to be decided',
    file: 'member/proposals/proposals.ts',
    right: 'term === 0\n        ?',
    wrong: 'term >= 0\n        ?',
    scenario: 'cluster-three',
  },
  {
    name: 'a leader goes on with a stream that it has refused',
    file: 'member/proposals/forward-intake.ts',
    right: 'state.refusal ??= take(commands[place]!);',
    wrong: 'state.refusal = take(commands[place]!);',
    scenario: 'cluster-hand-overs',
  },
  {
    name: 'a leader takes again what is sent again',
    file: 'member/proposals/forward-intake.ts',
    right: 'for (let place = state.next - first; place >= 0 &&',
    wrong: 'for (let place = 0; place >= 0 &&',
    scenario: 'cluster-outrun',
  },
  {
    name: 'a leader takes what was sent to the leader of an earlier term',
    file: 'member/proposals/forward-intake.ts',
    right: 'if (forward.term !== term) return undefined;',
    wrong: '',
    scenario: 'cluster-hand-overs',
  },
  {
    name: 'a member takes the commands of an earlier life, or of another member, for its own',
    file: 'member/applier.ts',
    right: 'if (originOf(sealed) === this.#origin) ',
    wrong: '',
    scenario: 'cluster-three',
  },
  {
    name: 'a read joins those that have asked already',
    file: 'member/reads/read-barriers.ts',
    right: '      this.#gathering.push(waiter);\n',
    wrong:
      '      (([...this.#underWay.values()].at(-1) as Waiter[] | undefined) ?? this.#gathering).push(waiter);\n',
    scenario: 'cluster-three',
  },
  {
    name: 'a read that nobody has confirmed is answered',
    file: 'member/reads/read-barriers.ts',
    right: "if (outcome.outcome === 'ready') {",
    wrong: 'if (outcome.outcome !== undefined) {',
    scenario: 'cluster-three',
  },
  {
    name: 'a leader that was deposed renews leases',
    file: 'member/leases/lease-keeper.ts',
    right: 'await this.#options.confirmLeading();\n    const { ttl, note }',
    wrong: 'const { ttl, note }',
    scenario: 'cluster-leases',
  },
  {
    name: 'a lease that is being revoked is renewed',
    file: 'state/leases/lease-clock.ts',
    right: 'if (running === undefined || running.expiresAt <= now || running.expiresAt === never) {',
    wrong: 'if (running === undefined) {',
    scenario: 'cluster-leases',
  },
  {
    name: 'a batch is durable as soon as it is handed to the journal',
    file: 'member/log/raft-log.ts',
    right: '    if (!this.#stalled) this.#send(pending);\n',
    wrong:
      '    if (!this.#stalled) this.#send(pending);\n    if (sequence > 0) this.#listener.written(sequence);\n',
    scenario: 'cluster-slow-disks',
  },
  {
    name: 'a numbered write that comes again is applied again',
    file: 'state/sessions/session-table.ts',
    right: 'if (answer !== undefined) return answer;',
    wrong: '',
    scenario: 'cluster-clients',
  },
  {
    name: 'a write that comes late is applied although its client has the answer',
    file: 'state/sessions/session-table.ts',
    right: "if (sequence < session.answeredBelow) return 'answered';",
    wrong: '',
    scenario: 'cluster-clients',
  },
  {
    name: 'a write in doubt is numbered anew when its session has ended',
    file: 'client/unary-attempts.ts',
    right: 'return this.#doubt === undefined;',
    wrong: 'return true;',
    scenario: 'cluster-clients',
  },
  {
    name: 'a write that is refused after an attempt in doubt is said not to be done',
    file: 'client/unary-attempts.ts',
    right: 'this.#reject(doubt === undefined ? error : inDoubt(error, doubt));',
    wrong: 'this.#reject(error);',
    scenario: 'cluster-clients',
  },
  {
    name: 'a watch that goes on elsewhere misses a revision',
    file: 'client/client-watch.ts',
    right: 'Math.max(1, this.next - 1)',
    wrong: 'this.next + 1',
    scenario: 'cluster-clients',
  },
  {
    name: 'a watch that goes on elsewhere tells again what it has told',
    file: 'client/client-watch.ts',
    right: 'if (revision < this.next!) continue;',
    wrong: '',
    scenario: 'cluster-clients',
  },
  {
    name: 'watches miss what a snapshot brings',
    file: 'state/watch/watch-hub.ts',
    right: 'const seen = this.keys.revision + 1;',
    wrong: 'const seen = keys.revision + 1;',
    scenario: 'cluster-clients',
  },
  {
    name: 'a note that little of a lease is left stands although it was renewed',
    file: 'member/leases/lease-keeper.ts',
    right: 'if (note !== 0) {',
    wrong: 'if (note < 0) {',
    scenario: 'cluster-lease-notes',
  },
  {
    name: 'a note of what a lease has left is taken for taken back before it is',
    file: 'member/leases/lease-keeper.ts',
    right: 'await this.#checkpoint([{ id, remainingTtl: 0 }]);',
    wrong: 'void this.#checkpoint([{ id, remainingTtl: 0 }]).catch(() => undefined);',
    scenario: 'cluster-lease-notes',
  },
  {
    name: 'what a lease has behind it is noted, not what it has left',
    file: 'state/leases/lease-clock.ts',
    right: 'remainingTtl: Math.max(1, this.remaining(first.id, now))',
    wrong: 'remainingTtl: Math.max(1, first.ttl - this.remaining(first.id, now))',
    scenario: 'cluster-lease-notes',
  },
  {
    name: 'a lease whose revocation has failed is forgotten',
    file: 'member/leases/lease-keeper.ts',
    right: 'this.#clock.notRevoked(id, this.#now() + retryAfter);',
    wrong: '',
    scenario: 'cluster-lease-notes',
  },
  {
    name: 'a place in a queue is given up although it may be held',
    file: 'services/queues/lease-queue.ts',
    right: 'if (previous === undefined) return;',
    wrong: 'if (previous === undefined) return void (await this.leave(place, own));',
    scenario: 'cluster-locks',
  },
  {
    name: 'a place in a queue is given up whoever has left it meanwhile',
    file: 'services/queues/lease-queue.ts',
    right: '        createRevisionIs(previous.key, previous.createRevision),\n',
    wrong: '',
    scenario: 'cluster-locks',
  },
  {
    name: 'who waits in a queue watches from too late on',
    file: 'services/queues/lease-queue.ts',
    right: 'header.revision + 1, call);',
    wrong: 'header.revision + 2, call);',
    scenario: 'cluster-locks',
  },
  {
    name: 'who has lost its place in a queue is let in',
    file: 'services/queues/lease-queue.ts',
    right: 'if (kvsOf(responses[0])[0]?.createRevision !== createRevision) {',
    wrong: 'if (createRevision < 0) {',
    scenario: 'cluster-locks',
  },
  {
    name: 'a place that a lease has already is in front',
    file: 'services/queues/lease-queue.ts',
    right: 'inFront: first === undefined || first.createRevision === createRevision,',
    wrong: 'inFront: !succeeded || first === undefined || first.createRevision === createRevision,',
    scenario: 'cluster-locks',
  },
];
