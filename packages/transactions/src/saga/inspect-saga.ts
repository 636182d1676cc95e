import { type HoldfastError, invalidArgument, type JsonValue } from '@holdfast/core';
import type { StoredRun } from '../ledger/run.ts';
import type {
  InspectedMoment,
  RunAction,
  RunActionName,
  RunInspection,
  RunInspector,
} from '../ledger/run-inspection.ts';
import { encodeMessage } from './records/message.ts';
import type { PlaceKind } from './records/plan.ts';
import { type SagaStatus, type StepStatus, sagaStatus, type TimelineEntry } from './status.ts';

/** Shows sagas to people, and takes what an operator may say to them. */
export const sagaInspector: RunInspector = { look: inspectSaga, messageFor };

function inspectSaga(run: StoredRun): RunInspection {
  const saga = sagaStatus(run);
  const stuck = saga.steps.find((step) => step.stuck !== undefined);
  return {
    outcome: saga.phase === 'committed' || saga.phase === 'rolled-back' ? saga.phase : undefined,
    step: (stuck ?? saga.steps.find(isActive))?.name,
    problem: problemOf(saga, stuck),
    input: saga.input,
    steps: saga.steps.map(({ name, kind, state, attempts, lastError, stuck: error, value }) => ({
      name,
      kind,
      state: error === undefined ? state : `${state}, stuck`,
      attempts,
      lastError: textOf(error ?? lastError),
      value,
    })),
    timeline: saga.timeline.map((entry) => momentOf(entry, saga.steps)),
    actions: saga.status === 'ended' ? [] : actionsOn(saga),
  };
}

function isActive({ state }: StepStatus): boolean {
  return state === 'claiming' || state === 'running' || state === 'undoing';
}

function problemOf({ parked, failure }: SagaStatus, stuck: StepStatus | undefined): string | undefined {
  return parked ?? textOf(stuck?.stuck) ?? textOf(failure?.error);
}

function textOf(error: HoldfastError | undefined): string | undefined {
  return error && `${error.message} (${error.code})`;
}

/** What an operator may say to a saga as it stands: what its mailbox would not refuse. */
function actionsOn({ phase, steps }: SagaStatus): RunActionName[] {
  const stuck = steps.filter((step) => step.stuck !== undefined);
  const pivot = steps.find(({ kind }) => kind === 'pivot');
  const actions: RunActionName[] = stuck.length > 0 ? ['retry', 'resolve'] : [];
  if (stuck.length > 0 && !stuck.some(({ kind }) => kind === 'pivot')) actions.push('skip');
  const undecided = pivot === undefined || pivot.state === 'ahead' || pivot.state === 'claiming';
  if (phase === 'forward' && (undecided || pivot.stuck !== undefined)) actions.push('cancel');
  return actions;
}

function messageFor({ name, step, value, reason }: RunAction): Uint8Array {
  if (name === 'cancel') return encodeMessage({ kind: name, reason });
  if (name !== 'resolve') return encodeMessage({ kind: name, step });
  if (step === undefined) throw invalidArgument('step', step, 'the name of the step that is resolved');
  return encodeMessage({ kind: name, step, value });
}

function momentOf({ at, what, step, detail }: TimelineEntry, steps: readonly StepStatus[]): InspectedMoment {
  const isResult = what === 'done' || what === 'resolved';
  return {
    at,
    what: wordsFor(what, steps.find(({ name }) => name === step)?.kind),
    step,
    reason: isResult ? undefined : reasonIn(detail),
    value: isResult ? detail : undefined,
  };
}

function wordsFor(what: TimelineEntry['what'], kind: PlaceKind | undefined): string {
  switch (what) {
    case 'began':
      return 'saga began';
    case 'begun':
    case 'started':
      return kind === 'wait' ? 'wait started' : 'step started';
    case 'done':
      return kind === 'wait' ? 'signal' : 'step done';
    case 'attempted':
      return 'attempt failed';
    case 'failed':
      return 'saga failed';
    case 'undoing':
      return 'undo started';
    case 'undone':
      return 'undo done';
    case 'parked':
      return 'stuck';
    case 'refused':
      return 'message refused';
    default:
      return what;
  }
}

/** Why, of what stands in a record: a text, an error, or a refusal. */
function reasonIn(detail: JsonValue | undefined): string | undefined {
  if (typeof detail === 'string') return detail;
  if (typeof detail !== 'object' || detail === null) return undefined;
  const { message, code, why } = detail as { message?: unknown; code?: unknown; why?: unknown };
  const more = typeof why === 'string' ? `: ${why}` : typeof code === 'string' ? ` (${code})` : '';
  return typeof message === 'string' ? message + more : undefined;
}
