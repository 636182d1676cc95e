import { assert, type ErrorJson } from '@holdfast/core';
import type { Heuristic } from '../atomic-commit/outcome.ts';
import { decodeEvent, type NamedBranch, type Reservations, type TccEvent } from './tcc-event.ts';

/** Where a TCC transaction is: a fold over its records, and nothing else. */
export interface TccState {
  readonly phase: 'trying' | 'confirming' | 'cancelling' | 'ended';
  readonly branches: readonly NamedBranch[];
  /** Once it is decided to confirm. */
  readonly reservations: Reservations | undefined;
  /** Once it is decided to cancel: why. */
  readonly error: ErrorJson | undefined;
  readonly heuristics: readonly Heuristic[];
}

const nothing: TccState = {
  phase: 'trying',
  branches: [],
  reservations: undefined,
  error: undefined,
  heuristics: [],
};

/** @throws HoldfastError COMMIT_RECORD_INVALID, or ASSERTION_FAILED for records that do not follow from each other. */
export function readTcc(records: readonly Uint8Array[]): TccState {
  return records.map(decodeEvent).reduce(apply, nothing);
}

/** The state after one more event. Pure. */
export function apply(state: TccState, event: TccEvent): TccState {
  switch (event.kind) {
    case 'began':
      return { ...nothing, branches: event.branches };
    case 'confirmed':
      follows(state, event, 'trying');
      return { ...state, phase: 'confirming', reservations: event.reservations };
    case 'cancelled':
      follows(state, event, 'trying');
      return { ...state, phase: 'cancelling', error: event.error };
    case 'found': {
      follows(state, event, 'confirming', 'cancelling');
      const { participant, found } = event;
      return { ...state, heuristics: [...state.heuristics, { participant, found }] };
    }
    case 'ended':
      follows(state, event, 'confirming', 'cancelling');
      return { ...state, phase: 'ended' };
  }
}

function follows({ phase }: TccState, { kind }: TccEvent, ...phases: TccState['phase'][]): void {
  assert(phases.includes(phase), `"${kind}" of a TCC transaction follows while it is ${phase}`);
}
