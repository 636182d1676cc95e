import type { Member } from '../etcd/membership.ts';

/** The members of the cluster as the state knows them: what configurations of Raft do not say. */
export class Members {
  private readonly members: Map<bigint, Member> = new Map();

  /** In the order of their ids. */
  list(): readonly Member[] {
    return [...this.members.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  get(id: bigint): Member | undefined {
    return this.members.get(id);
  }

  put(member: Member): void {
    this.members.set(member.id, member);
  }

  remove(id: bigint): void {
    this.members.delete(id);
  }

  /** Of one that is not there nothing is known but that. */
  describe(id: bigint, name: string, clientUrls: readonly string[]): void {
    const member = this.members.get(id);
    if (member !== undefined) this.members.set(id, { ...member, name, clientUrls });
  }
}
