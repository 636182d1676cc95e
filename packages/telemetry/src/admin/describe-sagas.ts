import { componentRegistry } from '@holdfast/core';
import type { InspectedLedger, InspectedMoment, InspectedRun, RunDetail } from '@holdfast/transactions';
import { runTraces } from '../instruments/run-traces.ts';
import { telemetryErrors } from '../telemetry-errors.ts';
import type {
  AdminSaga,
  AdminSagaAction,
  AdminSagaActionName,
  AdminSagaDetail,
  AdminSagaMoment,
} from './admin-api.ts';

const ledgers = componentRegistry<InspectedLedger>('holdfast.ledgers');

/** Milliseconds that a ledger has for its list. */
const patience = 2_000;
const valueLengthMax = 16_384;
const momentsMax = 2_000;

export interface SagaFilter {
  readonly type: string | undefined;
  readonly status: AdminSaga['status'] | undefined;
  readonly limit: number;
}

export interface SagaAddress {
  readonly ledger: string;
  readonly id: string;
}

export function hasLedgers(): boolean {
  return ledgers.list().length > 0;
}

/** The runs of all ledgers of this process, stuck ones first; a ledger that cannot be read in time is left out. */
export async function describeSagas(filter: SagaFilter, signal: AbortSignal): Promise<AdminSaga[]> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const lists = await Promise.allSettled(
    ledgers.list().map(async (ledger) => {
      const runs = await ledger.list(filter, soon);
      return runs.map((run) => sagaOf(ledger.name, run));
    }),
  );
  const sagas = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
  return sagas.sort((a, b) => ranks[a.status] - ranks[b.status]).slice(0, filter.limit);
}

/**
 * One run. `values`: whether its input and results are told, which are data of its users.
 *
 * @throws HoldfastError ADMIN_UNKNOWN.
 */
export async function describeSaga(
  { ledger, id }: SagaAddress,
  values: boolean,
  signal: AbortSignal,
): Promise<AdminSagaDetail> {
  for (const each of ledgersCalled(ledger)) {
    const run = await each.describe(id, signal);
    if (run !== undefined) return detailOf(ledger, run, values);
  }
  throw unknownSaga(ledger, id);
}

/** @throws HoldfastError ADMIN_UNKNOWN; SAGA_ENDED; INVALID_ARGUMENT when its protocol takes no such action. */
export async function actOnSaga(
  { ledger, id }: SagaAddress,
  name: AdminSagaActionName,
  action: AdminSagaAction,
  signal: AbortSignal,
): Promise<void> {
  for (const each of ledgersCalled(ledger)) {
    const posted = await each.act(id, { ...action, name }, signal);
    if (posted === 'posted') return;
    if (posted === 'ended') {
      throw telemetryErrors.create('SAGA_ENDED', {
        message: `${id} of ${ledger} has ended: nothing can be asked of it`,
      });
    }
  }
  throw unknownSaga(ledger, id);
}

const ranks: Readonly<Record<AdminSaga['status'], number>> = {
  stuck: 0,
  running: 1,
  committed: 2,
  'rolled-back': 2,
};

/** Several workers of one ledger may be in one process. */
function ledgersCalled(name: string): InspectedLedger[] {
  return ledgers.list().filter((ledger) => ledger.name === name);
}

function sagaOf(ledger: string, run: InspectedRun): AdminSaga {
  const { id, type, version, status, step, startedAt, endedAt, problem } = run;
  return { ledger, id, type, version, status, step, startedAt, endedAt, problem };
}

function detailOf(ledger: string, run: RunDetail, values: boolean): AdminSagaDetail {
  const shown = (value: unknown): unknown => (values ? bounded(value) : undefined);
  return {
    ...sagaOf(ledger, run),
    input: shown(run.input),
    steps: run.steps.map((step) => ({ ...step, value: shown(step.value) })),
    timeline: run.timeline.slice(-momentsMax).map((moment) => momentOf(moment, values)),
    actions: run.actions,
    valuesWithheld: !values,
    traceId: runTraces.of(run.type, run.id),
  };
}

function momentOf({ at, what, step, reason, value }: InspectedMoment, values: boolean): AdminSagaMoment {
  const result = values && value !== undefined ? bounded(value) : undefined;
  return { at, what, step, detail: reason ?? (result === undefined ? undefined : textOf(result)) };
}

/** The value, or the beginning of its text where that is long. */
function bounded(value: unknown): unknown {
  const text = JSON.stringify(value) ?? '';
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function unknownSaga(ledger: string, id: string): Error {
  return telemetryErrors.create('ADMIN_UNKNOWN', {
    message: `there is no ${id} in a ledger ${ledger} of this process`,
  });
}
