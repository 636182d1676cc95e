import type { Candidate } from './timeline.ts';

/** How much a search may do before it gives up. */
export interface SearchBudget {
  /** Calls of the model's `step`. */
  steps: number;
  /** Configurations kept in memory, of a few hundred bytes each. */
  configurations: number;
}

/** What was put in order so far, last first. */
export interface Placed<Input, Output> {
  readonly candidate: Candidate<Input, Output>;
  readonly before: Placed<Input, Output> | undefined;
}

/** The furthest that a search came before no order was left. */
export interface DeadEnd<State, Input, Output> {
  /** The operation that nothing could be found a place for. */
  readonly ending: Candidate<Input, Output>;
  /** An order of those before, as long as there is one. */
  readonly placed: Placed<Input, Output> | undefined;
  /** Some of the states in which it was tried. */
  readonly states: readonly State[];
}

export type SearchResult<State, Input, Output> =
  | { readonly verdict: 'ok' }
  | { readonly verdict: 'violated'; readonly deadEnd: DeadEnd<State, Input, Output> }
  /** `placed`: how many operations, in the order of their ends, found a place. */
  | { readonly verdict: 'undecided'; readonly placed: number };

/** A point that the search may go on from: what has taken effect, and the state after it. */
export interface Configuration<State, Input, Output> {
  readonly state: State;
  /** Those of the open operations that have taken effect. */
  readonly known: bigint;
  /** Those of the unknown operations that have taken effect. */
  readonly unknown: bigint;
  readonly placed: Placed<Input, Output> | undefined;
}
