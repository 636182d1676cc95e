import { assert, type ErrorJson, type JsonValue } from '@holdfast/core';
import type { Heuristic } from '../atomic-commit/outcome.ts';
import { type Decision, decodeEvent, type TwoPhaseEnd, type TwoPhaseEvent } from './event.ts';

/** Where a two-phase commit is: a fold over its records, and nothing else. */
export interface TransactionState {
  /**
   * `working`: nothing is decided; rolling back is presumed. `delegated`: the last resource decides. `committing`: decided.
   * `rolling-back`: decided, because something was found that has to be told.
   */
  readonly phase: 'working' | 'delegated' | 'committing' | 'rolling-back' | 'ended';
  readonly input: JsonValue | undefined;
  /** How often its work has begun. */
  readonly attempts: number;
  /** While `delegated`, `committing`. */
  readonly decision: Decision | undefined;
  /** The resource that decides, while `delegated`. */
  readonly last: string | undefined;
  /** While `rolling-back`. */
  readonly error: ErrorJson | undefined;
  readonly heuristics: readonly Heuristic[];
  readonly end: TwoPhaseEnd | undefined;
}

const nothing: TransactionState = {
  phase: 'working',
  input: undefined,
  attempts: 1,
  decision: undefined,
  last: undefined,
  error: undefined,
  heuristics: [],
  end: undefined,
};

/** @throws HoldfastError COMMIT_RECORD_INVALID, or ASSERTION_FAILED for records that do not follow from each other. */
export function readTransaction(records: readonly Uint8Array[]): TransactionState {
  return records.map(decodeEvent).reduce(apply, nothing);
}

/** The state after one more event. Pure. */
export function apply(state: TransactionState, event: TwoPhaseEvent): TransactionState {
  switch (event.kind) {
    case 'began':
      return { ...nothing, input: event.input };
    case 'interrupted':
      follows(state, event, 'working', 'delegated');
      return {
        ...state,
        phase: 'working',
        attempts: state.attempts + 1,
        decision: undefined,
        last: undefined,
      };
    case 'delegated':
      follows(state, event, 'working');
      return { ...state, phase: 'delegated', decision: event.decision, last: event.last };
    case 'decided':
      follows(state, event, 'working', 'delegated');
      return { ...state, phase: 'committing', decision: event.decision, last: undefined };
    case 'aborted':
      follows(state, event, 'working', 'delegated');
      return { ...state, phase: 'rolling-back', decision: undefined, last: undefined, error: event.error };
    case 'found': {
      follows(state, event, 'committing', 'rolling-back');
      const { participant, found } = event;
      return { ...state, heuristics: [...state.heuristics, { participant, found }] };
    }
    case 'ended':
      follows(state, event, 'working', 'delegated', 'committing', 'rolling-back');
      return { ...state, phase: 'ended', decision: undefined, last: undefined, end: event.end };
  }
}

function follows(
  { phase }: TransactionState,
  { kind }: TwoPhaseEvent,
  ...phases: TransactionState['phase'][]
): void {
  assert(phases.includes(phase), `"${kind}" of a two-phase commit follows while it is ${phase}`);
}
