import { defineEvent, type EventType } from '@holdfast/core';
import type { EndedAttempt } from './activity.ts';

/** A saga has ended. */
export interface SagaEndedEvent {
  readonly saga: string;
  readonly version: number;
  readonly run: string;
  readonly status: 'committed' | 'rolled-back';
  /** Milliseconds since it was started, by the wall clock. */
  readonly duration: number;
}

/** An attempt at a step or its compensation is over. */
export interface StepAttemptedEvent {
  readonly saga: string;
  readonly run: string;
  readonly step: string;
  readonly compensation: boolean;
  readonly attempt: number;
  /** What it failed with; undefined when it succeeded. */
  readonly error: unknown;
  /** Microseconds. */
  readonly duration: number;
}

/** A saga waits for an operator. */
export interface SagaStuckEvent {
  readonly saga: string;
  readonly run: string;
  /** Undefined when the saga as a whole does. */
  readonly step: string | undefined;
  readonly reason: string;
}

export const sagaEnded: EventType<SagaEndedEvent> = defineEvent<SagaEndedEvent>('holdfast.saga.ended');
export const sagaStuck: EventType<SagaStuckEvent> = defineEvent<SagaStuckEvent>('holdfast.saga.stuck');
export const stepAttempted: EventType<StepAttemptedEvent> = defineEvent<StepAttemptedEvent>(
  'holdfast.saga.step.attempted',
);

/** Whose event it is. */
interface Saga {
  readonly name: string;
  readonly id: string;
}

export function publishAttempt(
  { name, id }: Saga,
  step: string,
  { undo, attempt, duration }: EndedAttempt,
  error: unknown,
): void {
  stepAttempted.publish({ saga: name, run: id, step, compensation: undo, attempt, error, duration });
}

export function publishStuck({ name, id }: Saga, step: string | undefined, reason: string): void {
  sagaStuck.publish({ saga: name, run: id, step, reason });
}
