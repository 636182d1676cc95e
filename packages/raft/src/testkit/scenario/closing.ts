import { clientsOn } from './draw-operations.ts';
import type { RaftRun } from './raft-run.ts';

/** How often it looks for something to be done again, in looks. */
const looksPerAttempt = 10;

/**
 * What a healed cluster must get done: a write is committed, and applied by every member of a membership that is not in
 * the middle of a change.
 */
export class Closing {
  readonly #run: RaftRun;
  #looks = 0;
  #written = false;
  #target = 0;

  constructor(run: RaftRun) {
    this.#run = run;
  }

  get done(): boolean {
    if (!this.#written) {
      if (this.#looks++ % looksPerAttempt === 0) this.#write();
      return false;
    }
    const raft = this.#run.leader?.member.raft;
    if (raft === undefined) return false;
    const { voters, outgoing, learners } = raft.configuration;
    if (outgoing.length > 0) {
      if (this.#looks++ % looksPerAttempt === 0)
        this.#run.leader?.member.proposeMembers({ kind: 'leave-joint' });
      return false;
    }
    this.#target ||= raft.commitIndex;
    return [...voters, ...learners].every((member) => this.#run.appliedBy(member) >= this.#target);
  }

  #write(): void {
    this.#run.submit(
      clientsOn(this.#run.memberHosts[0]!, 1)[0]!,
      { kind: 'put', key: 'key-1', value: -1 - this.#looks },
      () => {
        this.#written = true;
      },
    );
  }
}
