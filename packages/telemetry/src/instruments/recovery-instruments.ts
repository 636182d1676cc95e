import { defineEvent, type Unsubscribe } from '@holdfast/core';
import type { RecoveryAttemptEvent, RecoveryEvent } from '@holdfast/resilience';
import { errorType } from '../red/error-type.ts';
import type { Teller } from './teller.ts';

/** Tells how supervised components are brought back. */
export function observeRecovery(teller: Teller): Unsubscribe[] {
  const attempts = teller.registry.counter('holdfast.recovery.attempts', {
    help: 'Attempts to bring a component back.',
    unit: '{attempt}',
    labels: ['holdfast.component.name', 'holdfast.recovery.strategy', 'holdfast.recovery.works'],
  });
  const durations = teller.registry.histogram('holdfast.recovery.duration', {
    help: 'How long it took to bring a component back, or to give up.',
    unit: 's',
    labels: ['holdfast.component.name', 'holdfast.recovery.outcome'],
  });
  return [
    defineEvent<RecoveryAttemptEvent>('holdfast.recovery.attempted').subscribe(
      ({ component, strategy, attempt, works, error }) => {
        const facts = { 'holdfast.component.name': component, 'holdfast.recovery.strategy': strategy };
        attempts.with({ ...facts, 'holdfast.recovery.works': String(works) }).add();
        const text = `${strategy} of ${component}, attempt ${attempt}: ${works ? 'it works' : 'it does not work'}`;
        teller.log(works ? 'info' : 'warn', text, {
          ...facts,
          ...(error !== undefined && { 'error.type': errorType(error) }),
        });
      },
    ),
    defineEvent<RecoveryEvent>('holdfast.recovery.ended').subscribe(
      ({ component, outcome, strategy, attempts: made, duration, failure }) => {
        const facts = { 'holdfast.component.name': component, 'holdfast.recovery.outcome': outcome };
        durations.with(facts).record(duration / 1_000);
        teller.spanEvent('holdfast.recovery.ended', facts);
        const by = strategy === undefined ? `nothing helped in ${made} attempts` : `by ${strategy}`;
        const level = outcome === 'failed' ? 'error' : outcome === 'degraded' ? 'warn' : 'info';
        teller.log(level, `${component} is ${outcome}: ${by}`, facts);
        teller.error(failure);
      },
    ),
  ];
}
