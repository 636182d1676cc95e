/**
 * How an operation ended, as far as its client can tell: `ok` with an output; `failed` when it certainly did not
 * and will not happen; `unknown` when it may have happened, may happen at any later time, or never.
 */
export type OperationOutcome = 'ok' | 'failed' | 'unknown';

/** One operation of one client, from its call to what became of it. */
export interface Operation<Input, Output> {
  /** Its number in the history, from 0, in the order of the calls. */
  readonly id: number;
  readonly client: string;
  readonly input: Input;
  /** `unknown` as long as nothing else was heard. */
  readonly outcome: OperationOutcome;
  /** Undefined unless `ok`. */
  readonly output: Output | undefined;
  /** When it was called, in microseconds: for people. Checkers go by {@link invoked}. */
  readonly invokedAt: number;
  /** When its client heard of its end, in microseconds. Undefined as long as it has not. */
  readonly completedAt: number | undefined;
  /** The place of its call among all calls and ends of the history. */
  readonly invoked: number;
  /** The place of its end there: one that ended before another was called happened before it. */
  readonly completed: number | undefined;
}
