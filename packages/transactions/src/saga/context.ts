/** What every function of a saga is given, besides the results of earlier steps under their names. */
export interface StepContext<Input = unknown> {
  /** The saga's input; in a child, the child's. */
  readonly input: Input;
  /** The run's id. */
  readonly id: string;
  /**
   * The idempotency key of this effect, the same in every attempt and after every crash: pass it on to whatever can take
   * one. A compensation's is another than that of what it undoes.
   */
  readonly key: string;
  /** Greater for every worker that takes the run over: a fencing token for whatever can refuse older ones. */
  readonly epoch: number;
  /** Counted from 1. */
  readonly attempt: number;
  /**
   * Aborts when the attempt's time is over, when the saga is to be compensated (not for the pivot, what follows it, and
   * compensations: they are shielded), and when the worker leaves.
   */
  readonly signal: AbortSignal;
  /** The driver's own transaction, in a step that is `attached`. */
  readonly transaction: unknown;
}

/** What a compensation is given. */
export interface UndoContext<Input = unknown> extends StepContext<Input> {
  /** The key that the step itself had: what is known under it is to be undone. */
  readonly doKey: string;
}

export type ContextOf<Input, Values> = StepContext<Input> & Readonly<Values>;
export type UndoContextOf<Input, Values> = UndoContext<Input> & Readonly<Values>;

/** Names that no step may have. */
export type ReservedName = keyof UndoContext | '__proto__' | 'constructor';
export const reservedNames: readonly string[] = [
  'input',
  'id',
  'key',
  'epoch',
  'attempt',
  'signal',
  'transaction',
  'doKey',
  '__proto__',
  'constructor',
] satisfies ReservedName[];
