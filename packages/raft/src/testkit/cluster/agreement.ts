import { assert } from '@holdfast/core';
import type { Consensus } from '../../consensus.ts';

/** What was last seen of one member. */
interface Seen {
  member: Consensus;
  applied: number;
  term: number;
}

/**
 * What every replicated log promises whatever happens, watched from outside: all members apply the same values in
 * the same order (agreement), each proposed by somebody (validity) and applied once (integrity); a term has one
 * leader; a member's term never falls, and what it has applied only grows.
 */
export class Agreement {
  /** The values decided so far, in order: the longest row that a member has applied. */
  readonly decided: string[] = [];
  readonly #proposed = new Set<string>();
  readonly #decided = new Set<string>();
  readonly #leaders = new Map<number, string>();
  readonly #seen = new Map<string, Seen>();

  /** Tells of a value before it is proposed. */
  proposing(value: string): void {
    assert(!this.#proposed.has(value), `the value ${value} is proposed for the first time`);
    this.#proposed.add(value);
  }

  /** Whether `value` has been decided, as far as any member knows. */
  isDecided(value: string): boolean {
    return this.#decided.has(value);
  }

  /** Looks at one member; costs little where nothing is new. @throws HoldfastError ASSERTION_FAILED. */
  observe(name: string, member: Consensus): void {
    if (member.state === 'recovering') return;
    const seen = this.#seenOf(name, member);
    const { term } = member;
    assert(term >= seen.term, `${name} fell from term ${seen.term} back to ${term}`);
    seen.term = term;
    if (member.state === 'leader') this.#observeLeader(name, term);
    const { applied } = member;
    if (applied.length === seen.applied) return;
    assert(
      applied.length > seen.applied,
      `${name} had applied ${seen.applied} values and now has ${applied.length}`,
    );
    for (let index = seen.applied; index < applied.length; index++) {
      this.#observeApplied(name, index, applied[index]!);
    }
    seen.applied = applied.length;
  }

  #seenOf(name: string, member: Consensus): Seen {
    let seen = this.#seen.get(name);
    if (seen === undefined) {
      seen = { member, applied: 0, term: 0 };
      this.#seen.set(name, seen);
    } else if (seen.member !== member) {
      // A new process applies again from its snapshot on.
      seen.member = member;
      seen.applied = 0;
    }
    return seen;
  }

  #observeLeader(name: string, term: number): void {
    const leader = this.#leaders.get(term);
    if (leader === undefined) this.#leaders.set(term, name);
    else assert(leader === name, `both ${leader} and ${name} lead in term ${term}`);
  }

  #observeApplied(name: string, index: number, value: string): void {
    if (index < this.decided.length) {
      const decided = this.decided[index];
      assert(value === decided, `${name} applied ${value} at ${index}, where ${decided} was decided`);
      return;
    }
    assert(this.#proposed.has(value), `${name} applied ${value}, which nobody proposed`);
    assert(!this.#decided.has(value), `${name} applied ${value} a second time`);
    this.#decided.add(value);
    this.decided.push(value);
  }
}
