import { Timer } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';
import type { JoinRequest } from '../client/requests.ts';
import type { DescribedMember } from './describe-member.ts';

/** How often it asks, in microseconds. */
const interval = 200_000;

/** Asks for a place in the cluster until the member has the one that it is to have. */
export class Joining extends Timer {
  readonly #context: HostContext;
  readonly #member: DescribedMember;
  readonly #hosts: readonly string[];
  readonly #votes: boolean;

  /** @param hosts - whom to ask; only the leader answers to it. */
  constructor(context: HostContext, member: DescribedMember, hosts: readonly string[], votes: boolean) {
    super();
    this.#context = context;
    this.#member = member;
    this.#hosts = hosts;
    this.#votes = votes;
  }

  override fire(): void {
    const { clock, timers, messages, host } = this.#context;
    const raft = this.#member.raft!;
    const { voters, learners } = raft.configuration;
    if (voters.includes(raft.id) || (!this.#votes && learners.includes(raft.id))) return;
    const request: JoinRequest = {
      kind: 'join-request',
      member: raft.id,
      votes: this.#votes,
      applied: raft.appliedIndex,
    };
    for (const other of this.#hosts) if (other !== host) messages.send(other, request);
    timers.arm(this, clock.now() + interval);
  }
}
