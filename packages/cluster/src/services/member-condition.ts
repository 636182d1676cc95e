import type { Clock } from '@holdfast/core';
import type { ClusterMember } from '../member/cluster-member.ts';

/** Microseconds for which what was asked is still believed. */
const believed = 1_000;

/** What every call asks of its member, for less than the whole status costs. */
export class MemberCondition {
  readonly #member: Pick<ClusterMember, 'status'>;
  readonly #clock: Clock;
  #askedAt = Number.NEGATIVE_INFINITY;
  #learner = false;
  #leader: string | undefined = undefined;

  constructor(member: Pick<ClusterMember, 'status'>, clock: Clock) {
    this.#member = member;
    this.#clock = clock;
  }

  get learner(): boolean {
    this.#ask();
    return this.#learner;
  }

  get leader(): string | undefined {
    this.#ask();
    return this.#leader;
  }

  #ask(): void {
    const now = this.#clock.coarseNow();
    if (now - this.#askedAt < believed) return;
    this.#askedAt = now;
    const { role, leader } = this.#member.status();
    this.#learner = role === 'learner';
    this.#leader = leader;
  }
}
