import type { HoldfastError } from '@holdfast/core';
import type { Attempt } from './attempt.ts';

/** The protected work. It gets the attempt it runs in, with its lazily made `AbortSignal` and its deadline. */
export type Operation<T> = (attempt: Attempt) => T | PromiseLike<T>;

export interface Success<T> {
  readonly ok: true;
  readonly value: T;
  /** The name of the policy that answered instead of the operation, such as a fallback. */
  readonly degradedBy?: string;
}

export interface Failure<E> {
  readonly ok: false;
  readonly error: E;
}

/** How a call ended, as a value. */
export type Outcome<T, E> = Success<T> | Failure<E>;

/** Codes that every pipeline can fail with, whatever its policies. */
export type CommonFailureCode = 'OPERATION_FAILED' | 'ABORTED' | 'DEADLINE_EXCEEDED';

/** The errors that a pipeline whose policies produce `Code` can fail with, told apart by `code`. */
export type PipelineFailure<Code extends string> = ErrorOf<Code | CommonFailureCode>;

type ErrorOf<Code extends string> = Code extends string ? HoldfastError<Code> : never;
