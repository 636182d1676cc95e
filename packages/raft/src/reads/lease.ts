import type { Member } from '../member/member.ts';
import type { Leader } from '../member/roles.ts';
import type { Settings } from '../member/settings.ts';
import { quorumReached } from '../membership/quorum.ts';

const partsPerMillion = 1_000_000;

/** Whether a majority has stood by this leader so recently that nobody else can have been elected. */
export function holdsLease<Command>(member: Member<Command>, leader: Leader, now: number): boolean {
  if (!leader.leases) return false;
  const confirmed = leader.rounds.startOf(confirmedRound(leader));
  return now < confirmed + leaseLength(member.settings);
}

/**
 * How long a leader may read by itself after the beginning of a round that a majority has answered. A follower stands
 * by its leader for an election timeout of its own clock, which may run fast while the leader's runs slow.
 */
export function leaseLength(settings: Settings): number {
  const { electionTimeout, clockDriftMax } = settings;
  return Math.floor(
    (electionTimeout * (partsPerMillion - clockDriftMax)) / (partsPerMillion + clockDriftMax),
  );
}

/** The latest round that a majority has answered. */
export function confirmedRound(leader: Leader): number {
  return quorumReached(leader.voters, leader.outgoing, (voter) => voter.round);
}
