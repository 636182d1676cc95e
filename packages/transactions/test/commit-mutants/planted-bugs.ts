import type { Trial } from './trials.ts';

/** A small wrong change of the source: where `right` stands, `wrong` is put. */
export interface PlantedBug {
  readonly name: string;
  /** What finds it. */
  readonly by: Trial;
  /** Within `packages/transactions/src`. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

/** Mistakes that an implementation of these protocols may well have. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'branches are committed before the decision is recorded',
    by: 'transfer crashes',
    file: 'two-phase/two-phase-coordinator.ts',
    right: "    await this.#append({ kind: 'decided', decision });\n    await this.#commitAll(branches);",
    wrong:
      "    this.#state = apply(this.#state, { kind: 'decided', decision });\n    await this.#commitAll(branches);",
  },
  {
    name: 'the last resource decides before that is recorded',
    by: 'transfer crashes',
    file: 'two-phase/two-phase-coordinator.ts',
    right: "      await this.#append({ kind: 'delegated', last, decision });",
    wrong: "      this.#state = apply(this.#state, { kind: 'delegated', last, decision });",
  },
  {
    name: 'after a crash, the last resource is not asked what it has decided',
    by: 'transfer crashes',
    file: 'two-phase/two-phase-coordinator.ts',
    right: "if ((await this.#settle(last!, decision!)) === 'committed') {",
    wrong: "if (last === '' && (await this.#settle(last!, decision!)) === 'committed') {",
  },
  {
    name: 'after a crash, what was prepared keeps its locks',
    by: 'transfer crashes',
    file: 'two-phase/two-phase-coordinator.ts',
    right: '      await this.#within(this.#settings.finishTimeout, `recovery at ',
    wrong: "      if (id === '') await this.#within(this.#settings.finishTimeout, `recovery at ",
  },
  {
    name: 'after a crash, a decided transaction ends without its commits',
    by: 'transfer crashes',
    file: 'two-phase/two-phase-coordinator.ts',
    right: 'decision!.writers.filter((name) => !told.has(name))',
    wrong: 'decision!.writers.filter((name) => !told.has(name) && branches.length > 0)',
  },
  {
    name: 'the decision leaves out who wrote',
    by: 'transfer crashes',
    file: 'two-phase/two-phase-coordinator.ts',
    right: "return branches.filter(({ vote }) => vote === 'prepared').map(({ id }) => id.resource);",
    wrong: "return branches.filter(({ vote }) => vote === 'prepared').map(({ id }) => id.resource).slice(1);",
  },
  {
    name: 'a single writer is committed in one phase though it cannot tell later',
    by: 'transfer crashes',
    file: 'two-phase/plan-commit.ts',
    right: 'writers.find(({ abilities }) => abilities.settle)',
    wrong: 'writers[0]',
  },
  {
    name: 'the last resource commits before the others have voted',
    by: 'transfers',
    file: 'two-phase/two-phase-coordinator.ts',
    right: '        if (name === plan.last) return;',
    wrong: '        if (name === plan.last) return open.branch.commitOnePhase(signal);',
  },
  {
    name: 'a vote that got lost counts as nothing written',
    by: 'transfers',
    file: 'two-phase/two-phase-coordinator.ts',
    right: "open.vote = (await open.branch.prepare(signal)) === 'prepared' ? 'prepared' : 'over';",
    wrong:
      "open.vote = (await open.branch.prepare(signal).catch(() => 'over')) === 'prepared' ? 'prepared' : 'over';",
  },
  {
    name: 'a one-phase commit whose answer got lost counts as rolled back',
    by: 'transfers',
    file: 'two-phase/two-phase-coordinator.ts',
    right: "if ((await this.#settle(resource.name, decision)) === 'committed') return undefined;",
    wrong: '',
  },
  {
    name: 'a commit is given up when it is not answered',
    by: 'transfers',
    file: 'atomic-commit/finish-all.ts',
    right: '      if (signal.aborted) throw error;\n',
    wrong: '      throw error;\n',
  },
  {
    name: 'the sweep ends branches of transactions that are under way',
    by: 'transfers',
    file: 'two-phase/judge-orphan.ts',
    right: "decision.transaction !== transaction ? 'roll-back' : 'leave'",
    wrong: "decision.transaction === transaction ? 'leave' : 'roll-back'",
  },
  {
    name: 'the sweep leaves what a stopped process has prepared late',
    by: 'transfers',
    file: 'two-phase/judge-orphan.ts',
    right: "end.decision.transaction === transaction ? 'commit' : 'roll-back';",
    wrong: "end.decision.transaction === transaction ? 'commit' : 'leave';",
  },
  {
    name: 'participants are told before the decision is recorded',
    by: 'booking crashes',
    file: 'tcc/tcc-coordinator.ts',
    right: "    await this.#run.append(events.map(encodeEvent), 'durable', change);",
    wrong: `    const late = ((this as { late?: TccEvent[] }).late ??= []);
    late.push(...events);
    if (change !== undefined) await this.#run.append(late.splice(0).map(encodeEvent), 'durable', change);`,
  },
  {
    name: 'a try that was declined is taken for reserved',
    by: 'bookings',
    file: 'tcc/judge-replies.ts',
    right: "    case 'declined':",
    wrong: "    case 'declined':\n      return undefined;\n    case 'new' as never:",
  },
  {
    name: 'what a participant has done otherwise is not told',
    by: 'late bookings',
    file: 'tcc/tcc-coordinator.ts',
    right: '    if (found === undefined) return;',
    wrong: '    if (found !== null) return;',
  },
  {
    name: 'a confirm of what was cancelled counts as done',
    by: 'late bookings',
    file: 'tcc/judge-call.ts',
    right: "    cancelled: 'refused',\n    fenced: 'refused',",
    wrong: "    cancelled: 'duplicate',\n    fenced: 'refused',",
  },
  {
    name: 'a cancel without a try is forgotten',
    by: 'bookings',
    file: 'tcc/barrier.ts',
    right: "if (mark.state === 'new') await storage.write",
    wrong: "if (mark.state === 'tried') await storage.write",
  },
  {
    name: 'a try that comes twice reserves twice',
    by: 'bookings',
    file: 'tcc/judge-call.ts',
    right: "try: { new: 'fresh', tried: 'duplicate'",
    wrong: "try: { new: 'fresh', tried: 'fresh'",
  },
  {
    name: 'a cancel undoes what is confirmed',
    by: 'barrier',
    file: 'tcc/judge-call.ts',
    right: "    confirmed: 'refused',\n",
    wrong: "    confirmed: 'fresh',\n",
  },
  {
    name: 'a duplicate is answered without what was answered then',
    by: 'barrier',
    file: 'tcc/barrier.ts',
    right: 'result === undefined ? mark.results : { ...mark.results, [operation]: result }',
    wrong: 'mark.results',
  },
  {
    name: 'a decision is told before it is recorded',
    by: 'members',
    file: 'atomic-commit/commit-machine.ts',
    right: '    this.#record = state;\n',
    wrong: "    if (state !== 'committed') this.#record = state;\n",
  },
  {
    name: 'a coordinator that finds no record commits',
    by: 'members',
    file: 'two-phase/two-phase-members.ts',
    right: "if (this.recovered) this.#decide(this.state === 'committed');",
    wrong: "if (this.recovered) this.#decide(this.state !== 'aborted');",
  },
  {
    name: 'who has voted yes aborts when the coordinator is silent',
    by: 'members',
    file: 'two-phase/two-phase-members.ts',
    right: "    if (this.state === 'ready') this.#ask();\n  }\n\n  #ask",
    wrong: "    if (this.state === 'ready') this.#learn(false);\n  }\n\n  #ask",
  },
  {
    name: 'three-phase commit commits when all have voted yes',
    by: 'members',
    file: 'three-phase/three-phase-coordinator.ts',
    right: "    this.sendAll(participants, { kind: 'pre-commit' });\n    this.arm(timeout);",
    wrong: '    this.#decide(true);',
  },
  {
    name: 'a coordinator that was dead commits on its own',
    by: 'members',
    file: 'three-phase/three-phase-coordinator.ts',
    right: '      // The participants have gone on without it: it has no say any more.\n      this.#ask();',
    wrong: '      this.#decide(true);',
  },
  {
    name: 'whoever leads commits before all others are pre-committed',
    by: 'members',
    file: 'three-phase/termination-rule.ts',
    right: "? 'pre-commit' : 'abort'",
    wrong: "? 'commit' : 'abort'",
  },
  {
    name: 'a member that was dead leads',
    by: 'members',
    file: 'three-phase/three-phase-participant.ts',
    right: 'answers.get(name)?.recovered === false',
    wrong: 'answers.has(name)',
  },
];
