import { acknowledgementFor } from '../atomic-commit/acknowledge.ts';
import type { StoredRun } from '../ledger/run.ts';
import type { InspectedMoment, RunInspection, RunInspector } from '../ledger/run-inspection.ts';
import { decodeEvent, type TccEvent } from './tcc-event.ts';
import { readTcc, type TccState } from './tcc-state.ts';

/** Shows transactions of reservations to people. An operator may acknowledge a heuristic outcome: `resolve`. */
export const tccInspector: RunInspector = { look: inspectTcc, messageFor: acknowledgementFor };

function inspectTcc(run: StoredRun): RunInspection {
  const state = readTcc(run.records);
  const { branches, error, heuristics, phase, reservations } = state;
  return {
    outcome: phase === 'ended' ? outcomeOf(state) : undefined,
    step: phase === 'ended' ? undefined : phase,
    problem: run.status === 'stuck' ? run.note : error?.message,
    input: branches.map(({ branch, request }) => ({ branch, request })),
    steps: branches.map(({ branch, participant }) => ({
      name: branch,
      kind: participant,
      state: phase === 'ended' ? outcomeOf(state) : phase,
      attempts: 0,
      lastError: heuristics.find((heuristic) => heuristic.participant === branch)?.found,
      value: reservations?.[branch],
    })),
    timeline: run.records.map((record) => momentOf(decodeEvent(record))),
    actions: run.status === 'stuck' && heuristics.length > 0 ? ['resolve'] : [],
  };
}

function outcomeOf({ reservations }: TccState): 'committed' | 'rolled-back' {
  return reservations === undefined ? 'rolled-back' : 'committed';
}

function momentOf(event: TccEvent): InspectedMoment {
  const moment = { at: undefined, what: event.kind, step: undefined, reason: undefined, value: undefined };
  switch (event.kind) {
    case 'confirmed':
      return { ...moment, what: 'decided to confirm', value: event.reservations };
    case 'cancelled':
      return { ...moment, what: 'decided to cancel', reason: event.error.message };
    case 'found':
      return { ...moment, what: 'heuristic outcome', step: event.participant, reason: event.found };
    default:
      return moment;
  }
}
