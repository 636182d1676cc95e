import type { ReadOutcome } from '../../exchange/output.ts';
import type { MemberId } from '../../membership/member-id.ts';

/** What was committed anywhere when a member was asked for a read: whoever makes that read has to see it. */
export class CurrentReads {
  readonly #committed = new Map<number, number>();

  /** It is asked for read `id`, when all up to `committed` was. */
  asked(id: number, committed: number): void {
    this.#committed.set(id, committed);
  }

  /** What is wrong with the answer to a read, or undefined. */
  answered(member: MemberId, read: ReadOutcome): string | undefined {
    const committed = this.#committed.get(read.id)!;
    this.#committed.delete(read.id);
    if (read.outcome === 'refused' || read.index >= committed) return undefined;
    return `${member} reads at ${read.index}, but ${committed} was committed before it was asked`;
  }
}
