import type { Duration } from '@holdfast/core';
import type { RetryOptions } from '@holdfast/resilience';
import type { ContextOf, UndoContextOf } from './context.ts';
import type { Migration } from './records/migration.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { Stored } from './stored.ts';

/** How often something is attempted, and how long it waits before it is attempted again. */
export type StepRetry = Pick<RetryOptions, 'maxAttempts' | 'backoff' | 'idempotent'>;

/** What all that is done has in common. */
interface Action<Input, Values, Result> {
  /** Does it. What it returns is recorded as JSON, and given to later steps under the step's name. */
  readonly do: (context: ContextOf<Input, Values>) => Result | Promise<Result>;
  /** How long one attempt may take. Its outcome is unknown then: it may have happened. Default: as long as it takes. */
  readonly timeout?: Duration;
  /**
   * Whether it is done in a transaction of the ledger's own database, `context.transaction`, that records its result as
   * well: it then happens exactly once. Not in a branch. Default false.
   */
  readonly attached?: boolean;
}

/** What may still be given up: it may wait for others. */
interface Locking<Input, Values> {
  /**
   * Keys that the run must hold before it begins, so that no other saga of the ledger is between here and its end with one
   * of them (a semantic lock). Claimed in the order of their names, first come, first served; held until the saga ends.
   */
  readonly lock?: (context: ContextOf<Input, Values>) => string | readonly string[];
  /** How long it waits for them before the saga is compensated. Default 1 min. */
  readonly lockTimeout?: Duration;
}

/** A step that can be compensated. */
export interface StepOptions<Input, Values, Result>
  extends Action<Input, Values, Result>,
    Locking<Input, Values> {
  /**
   * Undoes it. Called for every step that has begun, whatever became of it: `result` is undefined when it is not known to
   * have succeeded, and then it has to find out by `context.doKey` whether there is anything to undo. It must be idempotent.
   */
  readonly undo: (context: UndoContextOf<Input, Values>, result: Stored<Result> | undefined) => unknown;
  /** Default 3 attempts; exponential backoff from 100 ms to 30 s with full jitter. */
  readonly retry?: StepRetry;
  /** How long it may take with all its attempts, once it holds its locks. Then the saga is compensated. Default: no limit. */
  readonly deadline?: Duration;
  /** Of one attempt of `undo`. Default: that of the step. */
  readonly undoTimeout?: Duration;
  /** Default 100 attempts; exponential backoff from 100 ms to 1 min with full jitter. Then it is stuck. */
  readonly undoRetry?: StepRetry;
}

/** The step that decides: when it has happened, the saga will be completed. */
export interface PivotOptions<Input, Values, Result>
  extends Action<Input, Values, Result>,
    Locking<Input, Values> {
  /** Default 3 attempts; then it is stuck, unless it is known not to have happened. */
  readonly retry?: StepRetry;
}

/** A step that is attempted until it succeeds. */
export interface EnsureOptions<Input, Values, Result> extends Action<Input, Values, Result> {
  /** Default 100 attempts; exponential backoff from 100 ms to 1 min with full jitter. Then it is stuck. */
  readonly retry?: StepRetry;
}

/** A message from outside that the saga waits for. */
export interface WaitOptions<Value> {
  /** What the message must be. Those that are not are refused. */
  readonly signal?: StandardSchema<unknown, Value>;
  /** How long it waits. Default: as long as it takes. */
  readonly timeout?: Duration;
}

export interface SagaOptions {
  /** A whole number from 1. Give a changed saga a new one. */
  readonly version: number;
  /** How long it may take until its pivot begins; then it is compensated. Default: no limit. */
  readonly deadline?: Duration;
  /** How sagas that run under older versions go on under this one. */
  readonly migrate?: Migration | readonly Migration[];
}
