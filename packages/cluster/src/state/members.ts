import type { Member } from '../etcd/membership.ts';
import type { MemberDirectory } from './member-directory.ts';

/** The members of the cluster as the state knows them, and the ids of those that were. */
export class Members implements MemberDirectory {
  version = 0;
  private readonly members: Map<bigint, Member> = new Map();
  private readonly removedIds: Set<bigint> = new Set();

  list(): readonly Member[] {
    return [...this.members.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  get(id: bigint): Member | undefined {
    return this.members.get(id);
  }

  isRemoved(id: bigint): boolean {
    return this.removedIds.has(id);
  }

  /** The ids of those that were removed, in their order. */
  removed(): readonly bigint[] {
    return [...this.removedIds].sort((one, other) => (one < other ? -1 : 1));
  }

  put(member: Member): void {
    this.members.set(member.id, member);
    this.version++;
  }

  remove(id: bigint): void {
    this.members.delete(id);
    this.removedIds.add(id);
    this.version++;
  }

  /** Nothing happens when it is not there. */
  describe(id: bigint, name: string, clientUrls: readonly string[]): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.members.set(id, { ...member, name, clientUrls });
    this.version++;
  }

  /** Forgets them all, also those that were removed. */
  clear(): void {
    this.members.clear();
    this.removedIds.clear();
    this.version++;
  }

  /** Takes the place of those of before: its versions go on from theirs. */
  succeed(before: Members): void {
    this.version += before.version + 1;
  }
}
