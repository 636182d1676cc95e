import type { MemberId } from '../membership/member-id.ts';

/** What a leader answers to a proposal. */
export type Proposal = Proposed | Refused;

/** It is in the leader's log at this place. It is decided once an entry of this index is committed: with this term. */
export interface Proposed {
  readonly outcome: 'proposed';
  readonly index: number;
  readonly term: number;
}

/** Nothing happened, and nothing will. */
export interface Refused {
  readonly outcome: 'refused';
  readonly refusal: Refusal;
  /** Who leads, as far as this member knows. */
  readonly leader: MemberId | undefined;
  /** In words, where there is more to say. */
  readonly detail: string | undefined;
}

export type Refusal =
  /** Ask `leader`. */
  | 'not-leader'
  /** Leadership is being handed over: ask again soon. */
  | 'transferring'
  /** As many bytes that are not committed, or not durable on the leader, as the options allow. */
  | 'too-much-uncommitted'
  /** The leader has not committed an entry of its term yet, or another change of members is under way. */
  | 'change-pending'
  /** The change makes no sense in the present configuration: `detail` says why. */
  | 'invalid-change'
  /** It is no voter that can lead, or leads already. */
  | 'unfit-target'
  /** This member cannot campaign: it is no voter, is a witness, leads already, or still stands by a leader's lease. */
  | 'unfit-candidate'
  /** There is no leader to forget, or leases forbid it. */
  | 'cannot-forget';

export function refuse(refusal: Refusal, leader: MemberId | undefined, detail?: string): Refused {
  return { outcome: 'refused', refusal, leader, detail };
}
