import type { ProposalOutcome } from '../../consensus.ts';

/** Hears what became of a proposal; `answer` is the state machine's, if it was committed. */
export type ProposalDone<Answer> = (outcome: ProposalOutcome, answer: Answer | undefined) => void;

interface Pending<Answer> {
  readonly term: number;
  readonly done: ProposalDone<Answer>;
}

/**
 * What was proposed here and is not decided yet. Only what is committed at a proposal's index decides it: an entry
 * that a member has dropped may survive elsewhere. As many are here as the leader takes uncommitted entries.
 */
export class PendingProposals<Answer> {
  readonly #byIndex = new Map<number, Pending<Answer>[]>();

  add(index: number, term: number, done: ProposalDone<Answer>): void {
    const pending = this.#byIndex.get(index);
    if (pending === undefined) this.#byIndex.set(index, [{ term, done }]);
    else pending.push({ term, done });
  }

  /** An entry was applied. */
  applied(index: number, term: number, answer: Answer | undefined): void {
    const pending = this.#byIndex.get(index);
    if (pending === undefined) return;
    this.#byIndex.delete(index);
    for (const proposal of pending) {
      if (proposal.term === term) proposal.done('committed', answer);
      else proposal.done('lost', undefined);
    }
  }

  /** A snapshot took the place of everything up to `index`: what was in it does not show. */
  covered(index: number): void {
    for (const [each, pending] of [...this.#byIndex]) {
      if (each > index) continue;
      this.#byIndex.delete(each);
      for (const { done } of pending) done('unknown', undefined);
    }
  }
}
