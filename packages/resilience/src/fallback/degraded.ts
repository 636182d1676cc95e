import { defineEvent, type EventType } from '@holdfast/core';

/** A call was answered with something else than the operation's own, fresh value. */
export interface DegradedEvent {
  /** The policy that answered, and its kind. */
  readonly policy: string;
  readonly kind: string;
  /** What failed; undefined when the operation was not even tried. */
  readonly error: unknown;
}

export const degraded: EventType<DegradedEvent> = defineEvent<DegradedEvent>('holdfast.degraded');
