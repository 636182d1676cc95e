import { defineEvent, type EventType, type HoldfastError } from '@holdfast/core';

/** Something happened to a run at this worker. */
export interface RunEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
}

export interface RunStuckEvent extends RunEvent {
  readonly note: string | undefined;
}

export interface RunEndedEvent extends RunEvent {
  readonly note: string | undefined;
  /** Microseconds from when this worker began to drive it. */
  readonly elapsed: number;
}

export interface LedgerLostEvent {
  readonly epoch: number;
  /** LEDGER_FENCED, LEDGER_FAILED. */
  readonly error: HoldfastError;
}

export const runStarted: EventType<RunEvent> = defineEvent<RunEvent>('holdfast.ledger.run-started');

/** A run that was under way before goes on at this worker. */
export const runRecovered: EventType<RunEvent> = defineEvent<RunEvent>('holdfast.ledger.run-recovered');

export const runEnded: EventType<RunEndedEvent> = defineEvent<RunEndedEvent>('holdfast.ledger.run-ended');

export const runStuck: EventType<RunStuckEvent> = defineEvent<RunStuckEvent>('holdfast.ledger.run-stuck');

/** The worker's time is over: another one has its runs, or what the ledger is kept in has failed. */
export const ledgerLost: EventType<LedgerLostEvent> = defineEvent<LedgerLostEvent>('holdfast.ledger.lost');
