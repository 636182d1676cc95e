import { isHoldfastError } from '@holdfast/core';
import type { Execution } from './pipeline/execution.ts';
import { Rejection } from './pipeline/rejection.ts';

/** How an outcome counts for a policy that learns from outcomes. */
export type Judgement = 'success' | 'failure' | 'ignored';

/** What the user may say about outcomes. */
export interface JudgeOptions {
  /**
   * How an error counts. Default: a cancellation and a refusal by an inner policy are `ignored`, since they say
   * nothing about the other side; everything else, time-outs included, is a `failure`.
   */
  readonly judgeError?: (error: unknown) => Judgement;
  /** How a value counts, such as an HTTP response with status 503. Default: `success`. */
  readonly judgeResult?: (value: unknown) => Judgement;
}

/**
 * Judges the outcome that `execution` holds. A judge that throws has found the outcome unusable: what it threw
 * becomes the call's failure.
 */
export function judge(execution: Execution, options: JudgeOptions): Judgement {
  try {
    return execution.ok ? judgeValue(execution.value, options) : judgeFailure(execution, options);
  } catch (error) {
    execution.fail(error);
    return 'failure';
  }
}

export function judgeValue(value: unknown, options: JudgeOptions): Judgement {
  return options.judgeResult === undefined ? 'success' : options.judgeResult(value);
}

export function judgeThrown(error: unknown, options: JudgeOptions): Judgement {
  if (options.judgeError !== undefined) return options.judgeError(error);
  return isCancellation(error) ? 'ignored' : 'failure';
}

/** Whether `error` says that the caller gave up: ABORTED, or a platform's own AbortError. */
export function isCancellation(error: unknown): boolean {
  if (isHoldfastError(error)) return error.category === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}

/** Looks at the rejection itself where it can, which costs no error. */
function judgeFailure(execution: Execution, options: JudgeOptions): Judgement {
  const { error } = execution;
  if (error instanceof Rejection && options.judgeError === undefined) {
    return error.code === 'TIMEOUT' ? 'failure' : 'ignored';
  }
  return judgeThrown(execution.failure(), options);
}
