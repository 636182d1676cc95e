import { coreErrors, type HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Definition } from './definition.ts';
import { failureFromText } from './failure.ts';
import type { SagaMachine } from './machine.ts';
import type { SagaOutcome } from './outcome.ts';
import { beginsWith, nowhere, type SagaEvent } from './record.ts';
import { replay } from './replay.ts';

/** How the run with these records has ended. */
export function outcomeOf(definition: Definition, records: readonly Uint8Array[]): SagaOutcome<object> {
  const known = records.length > 0 && beginsWith(records[0]!, definition.head) ? definition.plan : undefined;
  const { machine, input } = replay(records, 0, known);
  const skipped = machine.skipped.map((place) => machine.plan.places[place]!.name);
  if (machine.phase === 'committed') {
    return { status: 'committed', value: definition.values({ id: '', epoch: 0, input, machine }), skipped };
  }
  return { status: 'rolled-back', ...whyOf(machine), skipped };
}

/** Why a saga is or was compensated. */
export function whyOf({ failure, plan }: SagaMachine): { step: string | undefined; error: HoldfastError } {
  const { place, text } = failure as SagaEvent;
  return {
    step: place === nowhere ? undefined : plan.places[place]!.name,
    error: failureFromText(text),
  };
}

export function cancelledError(reason: string | undefined): HoldfastError {
  return transactionErrors.create('SAGA_CANCELLED', {
    message: `The saga was cancelled${reason === undefined ? '' : `: ${reason}`}`,
    stack: false,
  });
}

export function outOfTimeError(what: string): HoldfastError {
  return coreErrors.create('DEADLINE_EXCEEDED', { message: `${what} is out of time`, stack: false });
}

/** Of an attempt that must not be repeated. */
export function interruptedError(step: string): HoldfastError {
  return coreErrors.create('ABORTED', {
    message: `A crash has interrupted '${step}', which is not idempotent: it may have happened`,
    stack: false,
  });
}
