import type { HoldfastError } from '@holdfast/core';

/** How a saga ended. A saga that is stuck has not ended: it does when an operator has decided. */
export type SagaOutcome<Value> = Committed<Value> | RolledBack;

/** All of it has been done. */
export interface Committed<Value> {
  readonly status: 'committed';
  /** The results of its steps, by name. */
  readonly value: Value;
  /** Steps that an operator left out. */
  readonly skipped: readonly string[];
}

/** All that had been begun has been compensated. */
export interface RolledBack {
  readonly status: 'rolled-back';
  /** The step that failed; undefined when the saga was cancelled or ran out of time between steps. */
  readonly step: string | undefined;
  /** What it failed with; SAGA_CANCELLED, or DEADLINE_EXCEEDED. */
  readonly error: HoldfastError;
  /** Compensations that an operator left out: what these steps did stays. */
  readonly skipped: readonly string[];
}
