import { coreErrors, type HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Definition } from './definition.ts';
import { failureFromText } from './failure.ts';
import type { SagaOutcome } from './outcome.ts';
import type { SagaMachine } from './records/machine.ts';
import { beginsWith, nowhere, type SagaEvent } from './records/record.ts';
import { replay } from './records/replay.ts';

/** How the run with these records has ended. */
export function outcomeOf({ head, plan }: Definition, records: readonly Uint8Array[]): SagaOutcome<object> {
  const known = records.length > 0 && beginsWith(records[0]!, head) ? plan : undefined;
  const { machine } = replay(records, 0, known);
  const skipped = machine.skipped.map((place) => machine.plan.places[place]!.name);
  if (machine.phase === 'committed') return { status: 'committed', value: valuesOf(machine), skipped };
  return { status: 'rolled-back', ...whyOf(machine), skipped };
}

/** The results of all steps, those in branches and children within what they belong to. */
function valuesOf({ plan, cells }: SagaMachine): object {
  const values: Record<string, unknown> = {};
  for (const { index, name, kind } of plan.places) {
    if (kind === 'input') continue;
    const path = name.split('.');
    const last = path.pop()!;
    let within = values;
    for (const part of path) {
      within[part] ??= {};
      within = within[part] as Record<string, unknown>;
    }
    within[last] = cells[index]?.value;
  }
  return values;
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
