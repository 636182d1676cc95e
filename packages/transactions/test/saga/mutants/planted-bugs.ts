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

/** Mistakes that a saga may well have; those that users of recipes make first. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'only steps that are known to have succeeded are undone',
    by: 'crashes',
    file: 'saga/machine.ts',
    right: "if (cell === undefined || cell.state === 'left') return false;",
    wrong: "if (cell === undefined || cell.state === 'left' || !cell.known) return false;",
  },
  {
    name: 'a compensation does not wait for those of later steps',
    by: 'crashes',
    file: 'saga/machine.ts',
    right: '        if (this.#undo(node, at)) return false;\n        continue;',
    wrong: '        this.#undo(node, at);\n        continue;',
  },
  {
    name: 'effects come before the records that ask for them',
    by: 'crashes',
    file: 'saga/driver.ts',
    right: '    this.#appendFailures = 0;\n    this.#append();\n',
    wrong:
      '    this.#appendFailures = 0;\n    this.#append();\n    this.#appending = false;\n    this.#proceed();\n',
  },
  {
    name: 'each attempt has a key of its own',
    by: 'crashes',
    file: 'saga/attempt.ts',
    right: 'get doKey(): string {\n',
    wrong: 'get doKey(): string {\n    if (this.attempt > 1) return String(this.attempt);\n',
  },
  {
    name: 'a compensation has the key of its step',
    by: 'crashes',
    file: 'saga/attempt.ts',
    right: 'return this.undo ?',
    wrong: 'return this.undo && false ?',
  },
  {
    name: 'branches have ended when the first has',
    by: 'crashes',
    file: 'saga/machine.ts',
    right: 'else if (--this.#branches[fork.index]! === 0) {\n      if (this.#advance',
    wrong: 'else if (--this.#branches[fork.index]! === 1) {\n      if (this.#advance',
  },
  {
    name: 'branches are undone when the first is',
    by: 'crashes',
    file: 'saga/machine.ts',
    right: 'else if (--this.#branches[fork.index]! === 0) {\n      if (this.#retreat',
    wrong: 'else if (--this.#branches[fork.index]! === 1) {\n      if (this.#retreat',
  },
  {
    name: 'a step that must not be repeated is, after a crash',
    by: 'crashes',
    file: 'saga/driver.ts',
    right: 'if (this.#interrupted.delete(place) && !attempt.action.idempotent) {',
    wrong: 'if (this.#interrupted.delete(place) && false) {',
  },
  {
    name: 'a saga is cancelled after its pivot has begun',
    by: 'campaign',
    file: 'saga/mailbox.ts',
    right: 'else if (machine.pivotBegan && !stuckPivot)',
    wrong: 'else if (false)',
  },
  {
    name: 'a saga that is out of time is compensated after its pivot has begun',
    by: 'campaign',
    file: 'saga/driver.ts',
    right: "if (this.#left || this.#attaching || phase !== 'forward' || pivotBegan) return;",
    wrong: "if (this.#left || this.#attaching || phase !== 'forward') return;",
  },
  {
    name: 'a pivot that may have happened is rolled back',
    by: 'campaign',
    file: 'saga/decide.ts',
    right: "return surelyNotDone(error) && (failure === 'terminal' || !doubtful) ? 'compensate' : 'stuck';",
    wrong: "return 'compensate';",
  },
  {
    name: 'a pivot that a crash cut off is believed not to have happened',
    by: 'pivot',
    file: 'saga/driver.ts',
    right: 'machine.pivotBegan && [...this.#interrupted]',
    wrong: 'false && [...this.#interrupted]',
  },
  {
    name: 'what is recorded during an append is forgotten',
    by: 'campaign',
    file: 'saga/driver.ts',
    right:
      '    if (this.#pending.length > 0) {\n      this.#flush();\n      return;\n    }\n    if (this.machine.ended)',
    wrong: '    if (this.machine.ended)',
  },
  {
    name: 'a step begins before it is durable that it has',
    by: 'campaign',
    file: 'saga/driver.ts',
    right: "(kind === 'done' && pivotBegan)",
    wrong: "kind === 'done' || kind === 'started'",
  },
  {
    name: 'a compensation begins while its step is still under way',
    by: 'campaign',
    file: 'saga/driver.ts',
    right: ' || this.#activities[place] !== undefined) continue;',
    wrong: " || (cell.state !== 'undoing' && this.#activities[place] !== undefined)) continue;",
  },
  {
    name: 'a timer begins anew with each life',
    by: 'campaign',
    file: 'saga/driver.ts',
    right: 'return Math.min(Math.max(due, now), now + micros);',
    wrong: 'return Math.max(due, now);',
  },
  {
    name: 'half of the time is lost in a record',
    by: 'replay',
    file: 'saga/record.ts',
    right: '  record[5] = high;\n',
    wrong: '',
  },
  {
    name: 'a failed attempt is counted by the driver, but not by its record',
    by: 'replay',
    file: 'saga/replay.ts',
    right: '} else machine.apply(event);',
    wrong: "} else if (event.kind !== 'attempted') machine.apply(event);",
  },
  {
    name: 'a result is what the step returned, not what JSON keeps of it',
    by: 'replay',
    file: 'saga/machine.ts',
    right: '    this.text = text;\n    this.#parsed = false;',
    wrong: '    this.text = text;',
  },
];
