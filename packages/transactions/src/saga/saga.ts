import type { Duration } from '@holdfast/core';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunDefinition } from '../ledger/run-definition.ts';
import type { ContextOf, ReservedName } from './context.ts';
import type { SagaFigures } from './figures.ts';
import type { Posted } from './operator.ts';
import type { EnsureOptions, PivotOptions, StepOptions, WaitOptions } from './options.ts';
import type { SagaOutcome } from './outcome.ts';
import type { SagaStatus } from './status.ts';
import type { Stored } from './stored.ts';

/**
 * A saga: steps of which either all are done, or all that had begun are compensated. Give it to `ledger.start`. Its
 * methods return a longer saga, and leave it as it is.
 */
export interface Saga<Raw, Input, Values> extends RunDefinition<Raw, SagaOutcome<Values>> {
  readonly name: string;
  readonly figures: SagaFigures;
  /** What became of a run so far; undefined when there is none of that id. */
  status(ledger: Pick<Ledger, 'read'>, id: string, signal?: AbortSignal): Promise<SagaStatus | undefined>;
  /**
   * Gives a run the value that it waits for, or will wait for, under that name.
   *
   * @throws HoldfastError INVALID_ARGUMENT when the saga has no such wait; LEDGER_INPUT_INVALID with the issues when its
   * schema does not take the value; what `ledger.post` throws.
   */
  signal(ledger: Pick<Ledger, 'post'>, id: string, name: string, value?: unknown): Promise<Posted>;
  /** Only for types. */
  readonly '~types'?: { readonly input: Input; readonly values: Values };
}

/** A saga to which steps that can be compensated may be added, and then its pivot. */
export interface SagaBeforePivot<Raw, Input, Values> extends Saga<Raw, Input, Values> {
  /** A step that `undo` can compensate. */
  step<Name extends string, Result>(
    name: Fresh<Name, Values>,
    options: StepOptions<Input, Values, Result>,
  ): SagaBeforePivot<Raw, Input, With<Values, Name, Stored<Result>>>;
  /** Steps and branches that run in parallel, and are undone in parallel. It is done when all of them are. */
  all<Name extends string, Own>(
    name: Fresh<Name, Values>,
    branches: (all: ParallelBeforePivot<Input, Values, NoValues>) => Branches<Own>,
  ): SagaBeforePivot<Raw, Input, With<Values, Name, Own>>;
  /** The steps of another saga that has no pivot, with an input computed once from what is known here. */
  child<Name extends string, ChildRaw, ChildInput, ChildValues>(
    name: Fresh<Name, Values>,
    saga: SagaBeforePivot<ChildRaw, ChildInput, ChildValues>,
    input: (context: ContextOf<Input, Values>) => ChildRaw,
  ): SagaBeforePivot<Raw, Input, With<Values, Name, ChildValues>>;
  /** Waits for a signal. When its time is over, the saga is compensated. */
  wait<Name extends string, Value>(
    name: Fresh<Name, Values>,
    options?: WaitOptions<Value>,
  ): SagaBeforePivot<Raw, Input, With<Values, Name, Stored<Value>>>;
  /** Goes on after `duration`, whatever crashes meanwhile. */
  sleep<Name extends string>(
    name: Fresh<Name, Values>,
    duration: Duration,
  ): SagaBeforePivot<Raw, Input, With<Values, Name, undefined>>;
  /** The step that decides. What comes after it is done in any case. */
  pivot<Name extends string, Result>(
    name: Fresh<Name, Values>,
    options: PivotOptions<Input, Values, Result>,
  ): SagaAfterPivot<Raw, Input, With<Values, Name, Stored<Result>>>;
}

/** A saga that has its pivot: what is added now can only succeed. */
export interface SagaAfterPivot<Raw, Input, Values> extends Saga<Raw, Input, Values> {
  /** A step that is attempted until it succeeds. */
  ensure<Name extends string, Result>(
    name: Fresh<Name, Values>,
    options: EnsureOptions<Input, Values, Result>,
  ): SagaAfterPivot<Raw, Input, With<Values, Name, Stored<Result>>>;
  /** Steps and branches that run in parallel. */
  all<Name extends string, Own>(
    name: Fresh<Name, Values>,
    branches: (all: ParallelAfterPivot<Input, Values, NoValues>) => Branches<Own>,
  ): SagaAfterPivot<Raw, Input, With<Values, Name, Own>>;
  /** Waits for a signal. When its time is over, its value is undefined. */
  wait<Name extends string, Value>(
    name: Fresh<Name, Values>,
    options?: WaitOptions<Value>,
  ): SagaAfterPivot<Raw, Input, With<Values, Name, Stored<Value> | undefined>>;
  /** Goes on after `duration`, whatever crashes meanwhile. */
  sleep<Name extends string>(
    name: Fresh<Name, Values>,
    duration: Duration,
  ): SagaAfterPivot<Raw, Input, With<Values, Name, undefined>>;
}

/** What runs in parallel before the pivot: none of it sees the results of the others. */
export interface ParallelBeforePivot<Input, Values, Own> extends Branches<Own> {
  step<Name extends string, Result>(
    name: Fresh<Name, Values & Own>,
    options: StepOptions<Input, Values, Result>,
  ): ParallelBeforePivot<Input, Values, With<Own, Name, Stored<Result>>>;
  /** Several steps, one after the other. */
  branch<Name extends string, Inner>(
    name: Fresh<Name, Values & Own>,
    steps: (branch: BranchBeforePivot<Input, Values, NoValues>) => Branches<Inner>,
  ): ParallelBeforePivot<Input, Values, With<Own, Name, Inner>>;
}

/** What runs in parallel after the pivot. */
export interface ParallelAfterPivot<Input, Values, Own> extends Branches<Own> {
  ensure<Name extends string, Result>(
    name: Fresh<Name, Values & Own>,
    options: EnsureOptions<Input, Values, Result>,
  ): ParallelAfterPivot<Input, Values, With<Own, Name, Stored<Result>>>;
  branch<Name extends string, Inner>(
    name: Fresh<Name, Values & Own>,
    steps: (branch: BranchAfterPivot<Input, Values, NoValues>) => Branches<Inner>,
  ): ParallelAfterPivot<Input, Values, With<Own, Name, Inner>>;
}

/** One branch before the pivot: see {@link SagaBeforePivot} for its methods. */
export interface BranchBeforePivot<Input, Values, Own> extends Branches<Own> {
  step<Name extends string, Result>(
    name: Fresh<Name, Values>,
    options: StepOptions<Input, Values, Result>,
  ): BranchBeforePivot<Input, With<Values, Name, Stored<Result>>, With<Own, Name, Stored<Result>>>;
  all<Name extends string, Inner>(
    name: Fresh<Name, Values>,
    branches: (all: ParallelBeforePivot<Input, Values, NoValues>) => Branches<Inner>,
  ): BranchBeforePivot<Input, With<Values, Name, Inner>, With<Own, Name, Inner>>;
  child<Name extends string, ChildRaw, ChildInput, ChildValues>(
    name: Fresh<Name, Values>,
    saga: SagaBeforePivot<ChildRaw, ChildInput, ChildValues>,
    input: (context: ContextOf<Input, Values>) => ChildRaw,
  ): BranchBeforePivot<Input, With<Values, Name, ChildValues>, With<Own, Name, ChildValues>>;
  wait<Name extends string, Value>(
    name: Fresh<Name, Values>,
    options?: WaitOptions<Value>,
  ): BranchBeforePivot<Input, With<Values, Name, Stored<Value>>, With<Own, Name, Stored<Value>>>;
  sleep<Name extends string>(
    name: Fresh<Name, Values>,
    duration: Duration,
  ): BranchBeforePivot<Input, With<Values, Name, undefined>, With<Own, Name, undefined>>;
}

/** One branch after the pivot: see {@link SagaAfterPivot} for its methods. */
export interface BranchAfterPivot<Input, Values, Own> extends Branches<Own> {
  ensure<Name extends string, Result>(
    name: Fresh<Name, Values>,
    options: EnsureOptions<Input, Values, Result>,
  ): BranchAfterPivot<Input, With<Values, Name, Stored<Result>>, With<Own, Name, Stored<Result>>>;
  all<Name extends string, Inner>(
    name: Fresh<Name, Values>,
    branches: (all: ParallelAfterPivot<Input, Values, NoValues>) => Branches<Inner>,
  ): BranchAfterPivot<Input, With<Values, Name, Inner>, With<Own, Name, Inner>>;
  wait<Name extends string, Value>(
    name: Fresh<Name, Values>,
    options?: WaitOptions<Value>,
  ): BranchAfterPivot<
    Input,
    With<Values, Name, Stored<Value> | undefined>,
    With<Own, Name, Stored<Value> | undefined>
  >;
  sleep<Name extends string>(
    name: Fresh<Name, Values>,
    duration: Duration,
  ): BranchAfterPivot<Input, With<Values, Name, undefined>, With<Own, Name, undefined>>;
}

/** What the function of an `all` or of a branch returns. */
export interface Branches<Own> {
  /** Only for types. */
  readonly '~own'?: Own;
}

// biome-ignore lint/complexity/noBannedTypes: no names yet, to which others are added
export type NoValues = {};
/** A name that neither an earlier step nor the context itself has. */
export type Fresh<Name extends string, Values> = Name &
  (Name extends keyof Values | ReservedName ? never : unknown);
export type With<Values, Name extends string, Value> = Values & { readonly [Key in Name]: Value };
