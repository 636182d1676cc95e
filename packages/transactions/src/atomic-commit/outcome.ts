import type { HoldfastError } from '@holdfast/core';

/** How an atomic transaction ended: by two-phase commit, or by TCC. */
export type TransactionOutcome<Value> = TransactionCommitted<Value> | TransactionRolledBack;

/** All participants have done their part, but for those listed. */
export interface TransactionCommitted<Value> {
  readonly status: 'committed';
  readonly value: Value;
  /** Participants that decided otherwise by themselves, or by an operator's hand. The money is in their hands now. */
  readonly heuristics: readonly Heuristic[];
  /**
   * Participants that knew nothing of the transaction when they were to finish it, after a call whose answer was lost: it has
   * done so, as far as anybody can tell.
   */
  readonly unconfirmed: readonly string[];
}

/** No participant has done anything, but for those listed. */
export interface TransactionRolledBack {
  readonly status: 'rolled-back';
  /** Why: what the work threw; DEADLINE_EXCEEDED; TRANSACTION_INTERRUPTED when its coordinators were stopped too often. */
  readonly error: HoldfastError;
  readonly heuristics: readonly Heuristic[];
}

/** A participant that ended its part against the decision, or in a way nobody can tell. */
export interface Heuristic {
  readonly participant: string;
  /** What was found, such as `rolled back`, `mixed` or `unknown`. */
  readonly found: string;
}
