/**
 * The face that members of a replicated log show, whatever algorithm they follow. The conformance suite and the
 * simulated cluster are written against it. All members decide on the same values in the same order.
 */
export interface Consensus {
  /**
   * The role, in the algorithm's own word; `'leader'` for one that takes proposals, `'recovering'` until it has
   * read what an earlier process of this member left on the disk.
   */
  readonly state: string;
  /** Who this member believes leads; undefined when it knows of none. */
  readonly leader: string | undefined;
  /** The term, view or ballot number: once recovered, it never falls, not even through a restart. */
  readonly term: number;
  /**
   * Proposes a value. The id says which proposal it is in {@link waitCommitted}.
   *
   * @throws HoldfastError NOT_LEADER, PROPOSAL_REFUSED: it will not be decided.
   */
  propose(value: string): ProposalId;
  /** Calls `done` once: when the proposal is decided and applied here, or when it is certain that it will not be. */
  waitCommitted(id: ProposalId, done: (outcome: ProposalOutcome) => void): void;
  /** The values decided and applied here so far, in order, from the first: a snapshot holds those before it. */
  readonly applied: readonly string[];
}

export type ProposalId = string;

/** `lost`: it will never be decided. `unknown`: this member has ceased to be able to tell. */
export type ProposalOutcome = 'committed' | 'lost' | 'unknown';
