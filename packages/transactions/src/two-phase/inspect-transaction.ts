import { acknowledgementFor } from '../atomic-commit/acknowledge.ts';
import type { StoredRun } from '../ledger/run.ts';
import type { InspectedMoment, RunInspection, RunInspector } from '../ledger/run-inspection.ts';
import { decodeEvent, type TwoPhaseEvent } from './event.ts';
import { readTransaction, type TransactionState } from './transaction-state.ts';

/** Shows two-phase commits to people. An operator may acknowledge a heuristic outcome: `resolve`. */
export const twoPhaseInspector: RunInspector = { look: inspectTransaction, messageFor: acknowledgementFor };

function inspectTransaction(run: StoredRun): RunInspection {
  const state = readTransaction(run.records);
  const { end, heuristics, phase } = state;
  const stuck = run.status === 'stuck' && heuristics.length > 0;
  return {
    outcome: end?.status,
    step: phase === 'ended' ? undefined : phase,
    problem:
      run.status === 'stuck' ? run.note : end?.status === 'rolled-back' ? end.error.message : undefined,
    input: state.input,
    steps: resourcesOf(state).map((name) => ({
      name,
      kind: 'resource',
      state: phase === 'ended' ? end!.status : phase,
      attempts: 0,
      lastError: heuristics.find(({ participant }) => participant === name)?.found,
      value: undefined,
    })),
    timeline: run.records.map((record) => momentOf(decodeEvent(record))),
    actions: stuck ? ['resolve'] : [],
  };
}

/** Those that the records name: whoever takes part before the decision is not written down. */
function resourcesOf({ decision, end, heuristics, last }: TransactionState): string[] {
  const writers = decision?.writers ?? (end?.status === 'committed' ? end.decision.writers : []);
  const found = heuristics.map(({ participant }) => participant);
  return [...new Set([...writers, ...(last === undefined ? [] : [last]), ...found])];
}

function momentOf(event: TwoPhaseEvent): InspectedMoment {
  const moment = { at: undefined, what: event.kind, step: undefined, reason: undefined, value: undefined };
  switch (event.kind) {
    case 'delegated':
      return { ...moment, step: event.last };
    case 'found':
      return { ...moment, what: 'heuristic outcome', step: event.participant, reason: event.found };
    case 'aborted':
      return { ...moment, reason: event.error.message };
    case 'ended':
      if (event.end.status === 'committed')
        return { ...moment, what: 'committed', value: event.end.decision.value };
      return { ...moment, what: 'rolled back', reason: event.end.error.message };
    default:
      return moment;
  }
}
