import type { ResponseHeader } from '../etcd/response-header.ts';
import type { ClusterMember } from '../member/cluster-member.ts';
import type { Store } from '../state/store.ts';

/** A response of etcd's API. */
export interface Headed {
  readonly header: ResponseHeader | undefined;
}

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

  /** What the state has answered, whose header says its revision at most, under this member's header. */
  over<Response extends Headed>(response: Response): Response {
    return { ...response, header: this.at(response.header?.revision ?? this.#store.revision) };
  }

  now(): ResponseHeader {
    return this.at(this.#store.revision);
  }
}
