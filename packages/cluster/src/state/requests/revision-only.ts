import type { ResponseHeader } from '../../etcd/response-header.ts';

/** The header of a response within a transaction's: as in etcd, it says the revision and nothing else. */
export function revisionOnly(revision: number): ResponseHeader {
  return { clusterId: 0n, memberId: 0n, revision, raftTerm: 0 };
}
