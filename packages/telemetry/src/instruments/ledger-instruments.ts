import { defineEvent, type Unsubscribe } from '@holdfast/core';
import type {
  LedgerLostEvent,
  RunEndedEvent,
  RunEvent,
  RunStuckEvent,
  SagaEndedEvent,
  SagaStuckEvent,
  StepAttemptedEvent,
} from '@holdfast/transactions';
import { trace } from '@opentelemetry/api';
import { growingBounds } from '../metrics/histogram-buckets.ts';
import { errorType } from '../red/error-type.ts';
import { runTraces } from './run-traces.ts';
import type { Teller } from './teller.ts';

/** From 1 ms to about 9 hours: sagas may wait for people. */
const runBounds = growingBounds(0.001, 4, 14);

/** Tells what becomes of the runs of ledgers, and of sagas and their steps. */
export function observeLedgers(teller: Teller): Unsubscribe[] {
  return [...observeRuns(teller), ...observeSagas(teller), observeLosses(teller)];
}

function observeRuns(teller: Teller): Unsubscribe[] {
  const counted = (name: string, help: string) =>
    teller.registry.counter(name, { help, unit: '{run}', labels: ['holdfast.run.type'] });
  const started = counted('holdfast.ledger.runs.started', 'Runs that began.');
  const recovered = counted('holdfast.ledger.runs.recovered', 'Runs from before that go on at this worker.');
  const stuck = counted('holdfast.ledger.runs.stuck', 'How often a run came to wait for an operator.');
  const durations = teller.registry.histogram('holdfast.ledger.run.duration', {
    help: 'How long runs took at this worker.',
    unit: 's',
    bounds: runBounds,
    labels: ['holdfast.run.type'],
  });
  return [
    defineEvent<RunEvent>('holdfast.ledger.run-started').subscribe(({ id, type }) => {
      started.with({ 'holdfast.run.type': type }).add();
      const span = trace.getActiveSpan();
      if (span?.isRecording() !== true) return;
      runTraces.started(type, id, span.spanContext().traceId);
      span.addEvent('holdfast.ledger.run-started', { 'holdfast.run.type': type, 'holdfast.run.id': id });
    }),
    defineEvent<RunEvent>('holdfast.ledger.run-recovered').subscribe(({ type }) =>
      recovered.with({ 'holdfast.run.type': type }).add(),
    ),
    defineEvent<RunStuckEvent>('holdfast.ledger.run-stuck').subscribe(({ id, type }) => {
      stuck.with({ 'holdfast.run.type': type }).add();
      teller.log('error', `${type} ${id} waits for an operator`, {
        'holdfast.run.type': type,
        'holdfast.run.id': id,
      });
    }),
    defineEvent<RunEndedEvent>('holdfast.ledger.run-ended').subscribe(({ type, elapsed }) =>
      durations.with({ 'holdfast.run.type': type }).record(elapsed / 1e6),
    ),
  ];
}

function observeSagas(teller: Teller): Unsubscribe[] {
  const durations = teller.registry.histogram('holdfast.saga.duration', {
    help: 'How long sagas took from their start, over all restarts.',
    unit: 's',
    bounds: runBounds,
    labels: ['holdfast.saga.name', 'holdfast.saga.status'],
  });
  const steps = teller.registry.histogram('holdfast.saga.step.duration', {
    help: 'How long attempts at steps and compensations took.',
    unit: 's',
    labels: ['holdfast.saga.name', 'holdfast.saga.step', 'holdfast.saga.compensation', 'error.type'],
  });
  const stuck = teller.registry.counter('holdfast.saga.stuck', {
    help: 'How often a saga came to wait for an operator, by the step.',
    unit: '{saga}',
    labels: ['holdfast.saga.name', 'holdfast.saga.step'],
  });
  return [
    defineEvent<SagaEndedEvent>('holdfast.saga.ended').subscribe(({ saga, status, duration }) =>
      durations.with({ 'holdfast.saga.name': saga, 'holdfast.saga.status': status }).record(duration / 1_000),
    ),
    defineEvent<StepAttemptedEvent>('holdfast.saga.step.attempted').subscribe(
      ({ saga, step, compensation, error, duration }) => {
        const facts = {
          'holdfast.saga.name': saga,
          'holdfast.saga.step': step,
          'holdfast.saga.compensation': String(compensation),
          'error.type': error === undefined ? '' : errorType(error),
        };
        steps.with(facts).record(duration / 1e6);
        teller.error(error);
      },
    ),
    defineEvent<SagaStuckEvent>('holdfast.saga.stuck').subscribe(({ saga, step = '' }) =>
      stuck.with({ 'holdfast.saga.name': saga, 'holdfast.saga.step': step }).add(),
    ),
  ];
}

function observeLosses(teller: Teller): Unsubscribe {
  const lost = teller.registry.counter('holdfast.ledger.lost', {
    help: 'Ledgers that this worker has lost to another one, or to a failure.',
    unit: '{ledger}',
    labels: ['error.type'],
  });
  return defineEvent<LedgerLostEvent>('holdfast.ledger.lost').subscribe(({ epoch, error }) => {
    lost.with({ 'error.type': error.code }).add();
    teller.log('error', `a ledger is lost to this worker: ${error.code}`, {
      'holdfast.ledger.epoch': epoch,
      'error.type': error.code,
    });
    teller.error(error);
  });
}
