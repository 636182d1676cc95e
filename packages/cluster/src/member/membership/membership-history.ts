import type { Configuration } from '@holdfast/raft';
import { membershipChanged } from '../member-events.ts';

/** Tells who comes and goes as configurations are applied. What a member reads again from its log is no news. */
export class MembershipHistory {
  readonly #member: string;
  /** The last entry that the log had when the member started. */
  readonly #newsAfter: number;
  /** Whether each member only learns. */
  #learners: ReadonlyMap<string, boolean>;

  constructor(member: string, configuration: Configuration, newsAfter: number) {
    this.#member = member;
    this.#newsAfter = newsAfter;
    this.#learners = learnersOf(configuration);
  }

  /** The configuration of the entry at `index` holds. */
  applied(configuration: Configuration, index: number): void {
    if (index <= this.#newsAfter) return;
    const before = this.#learners;
    this.#learners = learnersOf(configuration);
    if (!membershipChanged.active) return;
    for (const [id, learner] of this.#learners) {
      const learned = before.get(id);
      if (learned === undefined) this.#publish('added', id, learner);
      else if (learned && !learner) this.#publish('promoted', id, learner);
    }
    for (const [id, learner] of before) if (!this.#learners.has(id)) this.#publish('removed', id, learner);
  }

  #publish(change: 'added' | 'removed' | 'promoted', id: string, learner: boolean): void {
    membershipChanged.publish({ member: this.#member, change, id, learner });
  }
}

function learnersOf({ voters, outgoing, learners }: Configuration): ReadonlyMap<string, boolean> {
  const entries = [...voters, ...outgoing].map((id): [string, boolean] => [id, false]);
  return new Map([...learners.map((id): [string, boolean] => [id, true]), ...entries]);
}
