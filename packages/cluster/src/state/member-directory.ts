import type { Member } from '../etcd/membership.ts';

/**
 * The members as commands have described them: `member-put`, `member-remove` and `member-attributes`. Who votes and who
 * learns is Raft's to say.
 */
export interface MemberDirectory {
  /** In the order of their ids. */
  list(): readonly Member[];
  get(id: bigint): Member | undefined;
  /** Whether it was there once: its id is never given to another one. */
  isRemoved(id: bigint): boolean;
  /** Another number whenever something has changed. */
  readonly version: number;
}
