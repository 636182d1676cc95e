import { invalidArgument } from '@holdfast/core';
import type { Ledger } from '../ledger/ledger.ts';
import { encodeMessage, type SagaMessage } from './records/message.ts';

/** `ended`: the run has ended. `unknown`: there is none of that id. */
export type Posted = 'posted' | 'ended' | 'unknown';

/**
 * What people may say to running sagas, whatever their definition. Each call leaves a durable message, which the saga
 * takes in its next turn; one that can change nothing is refused there, and its timeline says why.
 */
export interface SagaOperator {
  /** Tries a stuck step or compensation again; all that are stuck, when `step` is left out. */
  retry(id: string, step?: string): Promise<Posted>;
  /**
   * Goes on without it: a step has no result then (and will still be undone), and what a compensation should have undone
   * stays. Not for a pivot: that has happened (`resolve`) or not (`cancel`).
   */
  skip(id: string, step?: string): Promise<Posted>;
  /** Goes on as if it had ended with `value`: it has been done by hand. */
  resolve(id: string, step: string, value?: unknown): Promise<Posted>;
  /**
   * Compensates the saga, if its pivot has not begun. From then on it can only be completed, and the message is refused;
   * but a pivot that is stuck is hereby said not to have happened.
   */
  cancel(id: string, reason?: string): Promise<Posted>;
  /** Gives a saga the value that it waits for under that name, or will wait for. */
  signal(id: string, name: string, value?: unknown): Promise<Posted>;
}

export function sagaOperator(ledger: Pick<Ledger, 'post'>): SagaOperator {
  const post = (id: string, message: SagaMessage) => ledger.post(id, encodeMessage(message));
  return {
    retry: (id, step) => post(id, { kind: 'retry', step: optionalText(step, 'step') }),
    skip: (id, step) => post(id, { kind: 'skip', step: optionalText(step, 'step') }),
    resolve: (id, step, value) => post(id, { kind: 'resolve', step: text(step, 'step'), value }),
    cancel: (id, reason) => post(id, { kind: 'cancel', reason: optionalText(reason, 'reason') }),
    signal: (id, name, value) => post(id, { kind: 'signal', name: text(name, 'name'), value }),
  };
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw invalidArgument(field, value, 'a text');
  return value;
}

function optionalText(value: unknown, field: string): string | undefined {
  return value === undefined ? undefined : text(value, field);
}
