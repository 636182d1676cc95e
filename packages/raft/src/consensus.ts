/**
 * The face that members of a replicated log show, whatever algorithm they follow. The conformance suite and the
 * simulated cluster are written against it. All members decide on the same values in the same order.
 */
export interface Consensus {
  /** The role, in the algorithm's own word; `'leader'` for one that takes proposals. */
  readonly state: string;
  /** Who this member believes leads; undefined when it knows of none. */
  readonly leader: string | undefined;
  /** The term, view or ballot number: it never falls. */
  readonly term: number;
  /**
   * Proposes a value. The id says which proposal it is in {@link waitCommitted}.
   *
   * @throws HoldfastError NOT_LEADER, PROPOSAL_REFUSED: it will not be decided.
   */
  propose(value: string): ProposalId;
  /** Calls `done` once: when the proposal is decided and applied here, or when it is certain that it will not be. */
  waitCommitted(id: ProposalId, done: (outcome: ProposalOutcome) => void): void;
  /** The values decided and applied here so far, in order, as far as they are still kept. */
  readonly applied: readonly string[];
}

export type ProposalId = string;

/** `lost`: another value took its place. `unknown`: this member has ceased to be able to tell. */
export type ProposalOutcome = 'committed' | 'lost' | 'unknown';
