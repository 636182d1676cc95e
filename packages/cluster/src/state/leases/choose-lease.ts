import type { LeaseGrantRequest } from '../../etcd/lease.ts';

/**
 * What is to be proposed for a grant, where the state machine leaves nothing open: its time is `ttlMin` seconds at
 * least, and for id 0 the proposer has chosen a positive one that is free here. Should it be taken by the time that it
 * is applied, the grant is refused like any other.
 *
 * @param draw - 64 random bits.
 */
export function chooseLease(
  request: LeaseGrantRequest,
  ttlMin: number,
  isTaken: (id: bigint) => boolean,
  draw: () => bigint,
): LeaseGrantRequest {
  let { id } = request;
  while (id === 0n || (request.id === 0n && isTaken(id))) id = BigInt.asUintN(63, draw());
  return { id, ttl: Math.max(ttlMin, request.ttl) };
}

/** Seconds that a lease lives at least, so that an election does not use them up; etcd's rule. @param electionTimeout - microseconds. */
export function leaseTtlMin(electionTimeout: number): number {
  return Math.ceil((1.5 * electionTimeout) / 1_000_000);
}
