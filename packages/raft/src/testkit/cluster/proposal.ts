import type { Consensus, ProposalOutcome } from '../../consensus.ts';

/** A value that was handed to a member, and what the member said became of it. */
export class Proposal {
  readonly value: string;
  /** The member that took it. */
  readonly member: string;
  /** Undefined as long as the member has not answered; it never will once its process has crashed. */
  outcome: ProposalOutcome | undefined = undefined;
  /** What is wrong about the answer, as far as it shows at once. */
  falsehood: string | undefined = undefined;

  constructor(value: string, member: string) {
    this.value = value;
    this.member = member;
  }

  /** What `member`, the process that took it, calls back with. It is judged later: nothing is thrown into it. */
  answer(outcome: ProposalOutcome, { applied }: Consensus): void {
    if (this.outcome !== undefined) {
      this.falsehood ??= `${this.member} answered twice for ${this.value}`;
    } else if (outcome === 'committed' && !applied.includes(this.value)) {
      this.falsehood ??= `${this.member} called ${this.value} committed before it had applied it`;
    }
    this.outcome = outcome;
  }
}
