import { clientsOn } from './draw-operations.ts';
import type { RaftRun } from './raft-run.ts';

/** How long it waits for something before it tries again, in microseconds. */
const patience = 400_000;

/**
 * What a healed cluster must get done: a write is committed, and applied by every member of a membership that is not in
 * the middle of a change.
 */
export class Closing {
  readonly #run: RaftRun;
  #attempts = 0;
  #attemptAt = Number.NEGATIVE_INFINITY;
  #written = false;
  #target = 0;

  constructor(run: RaftRun) {
    this.#run = run;
  }

  get done(): boolean {
    if (!this.#written) {
      if (this.#isTime()) this.#write();
      return false;
    }
    const raft = this.#run.leader?.member.raft;
    if (raft === undefined) return false;
    const { voters, outgoing, learners } = raft.configuration;
    if (outgoing.length > 0) {
      if (this.#isTime()) this.#run.leader?.member.proposeMembers({ kind: 'leave-joint' });
      return false;
    }
    this.#target ||= raft.commitIndex;
    return [...voters, ...learners].every((member) => this.#run.appliedBy(member) >= this.#target);
  }

  #isTime(): boolean {
    const now = this.#run.simulation.clock.now();
    if (now < this.#attemptAt + patience) return false;
    this.#attemptAt = now;
    this.#attempts++;
    return true;
  }

  #write(): void {
    this.#run.submit(
      clientsOn(this.#run.memberHosts[0]!, 1)[0]!,
      { kind: 'put', key: 'key-1', value: -this.#attempts },
      () => {
        this.#written = true;
      },
    );
  }
}
