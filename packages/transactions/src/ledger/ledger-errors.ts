import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';

export function ledgerClosed(): HoldfastError<'LEDGER_CLOSED'> {
  return transactionErrors.create('LEDGER_CLOSED', {
    message: 'the ledger is closed: what was started goes on when it is opened again',
  });
}

export function ledgerFenced(epoch: number): HoldfastError<'LEDGER_FENCED'> {
  return transactionErrors.create('LEDGER_FENCED', {
    message: `another worker has taken the runs of epoch ${epoch}: open the ledger anew to take part again`,
    context: { epoch },
  });
}

export function ledgerFailed(what: string, cause: unknown): HoldfastError<'LEDGER_FAILED'> {
  return transactionErrors.create('LEDGER_FAILED', {
    message: `${what} failed: open the ledger anew to see what is there`,
    cause,
  });
}

export function ledgerFull(cause?: unknown): HoldfastError<'LEDGER_FULL'> {
  return transactionErrors.create('LEDGER_FULL', {
    message: 'there is no room for records: the ledger takes them again once there is',
    cause,
  });
}

export function ledgerBusy(runsMax: number): HoldfastError<'LEDGER_BUSY'> {
  return transactionErrors.create('LEDGER_BUSY', {
    message: `${runsMax} runs are under way, and no more may be: start them slower`,
    context: { runsMax },
  });
}

export function messagesFull(id: string, messagesMax: number): HoldfastError<'LEDGER_MESSAGES_FULL'> {
  return transactionErrors.create('LEDGER_MESSAGES_FULL', {
    message: `${messagesMax} messages wait for run '${id}', and no more may`,
    context: { id, messagesMax },
  });
}

export function definitionUnknown(type: string, version: number): HoldfastError<'LEDGER_DEFINITION_UNKNOWN'> {
  return transactionErrors.create('LEDGER_DEFINITION_UNKNOWN', {
    message: `the ledger was opened without '${type}' of version ${version}: give it among its definitions`,
    context: { type, version },
  });
}

/** @param difference - what of the two is not the same. */
export function runConflict(
  id: string,
  difference: 'definition' | 'input',
  context: Readonly<Record<string, unknown>>,
): HoldfastError<'LEDGER_RUN_CONFLICT'> {
  return transactionErrors.create('LEDGER_RUN_CONFLICT', {
    message: `there is a run '${id}' already, with another ${difference}: an id is used once`,
    context: { id, difference, ...context },
  });
}

export function capabilityMissing(capability: string): HoldfastError<'LEDGER_CAPABILITY_MISSING'> {
  return transactionErrors.create('LEDGER_CAPABILITY_MISSING', {
    message: `the ledger's engine has no '${capability}': that takes a database that users write to as well`,
    context: { capability },
  });
}

/** It has ended, and was not kept until it was asked for. */
export function runForgotten(id: string): HoldfastError<'LEDGER_FAILED'> {
  return transactionErrors.create('LEDGER_FAILED', {
    message: `run '${id}' has ended and is not kept any more: how it ended cannot be learned`,
    context: { id },
  });
}

/** Whether it says that the worker's time is over. */
export function isLedgerOver(error: unknown): boolean {
  return isHoldfastError(error) && over.has(error.code);
}

const over: ReadonlySet<string> = new Set(['LEDGER_CLOSED', 'LEDGER_FENCED', 'LEDGER_FAILED']);
