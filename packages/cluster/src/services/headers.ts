import type { ResponseHeader } from '../etcd/response-header.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Store } from '../state/store.ts';

/** Makes the headers of a member's responses. */
export class Headers {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  readonly #store: Store;

  constructor(member: Pick<ClusterMember, 'id' | 'clusterId'>, store: Store) {
    this.memberId = BigInt(`0x${member.id}`);
    this.clusterId = BigInt(`0x${member.clusterId}`);
    this.#store = store;
  }

  /** The term is that of the state: of the last entry that it holds. */
  at(revision: number): ResponseHeader {
    return {
      clusterId: this.clusterId,
      memberId: this.memberId,
      revision,
      raftTerm: this.#store.appliedTerm,
    };
  }

  now(): ResponseHeader {
    return this.at(this.#store.revision);
  }
}
