import {
  asHoldfastError,
  type ErrorContext,
  errorFromJson,
  errorToJson,
  type HoldfastError,
  isHoldfastError,
} from '@holdfast/core';
import { transactionErrors } from '../errors.ts';

/**
 * What a failure means for a saga.
 *
 * - `terminal`: it will never succeed: compensate
 * - `transient`: it has not happened, or repeating it is safe: try again
 * - `unknown`: it may have happened: try again under the same key
 * - `bug`: the code is wrong: neither trying again nor compensating is sure to help, so somebody has to look
 */
export type FailureClass = 'terminal' | 'transient' | 'unknown' | 'bug';

/**
 * The error to throw from a step that can never succeed, such as "no seats left": the saga is compensated at once.
 *
 *     if (seats === 0) throw terminal('no seats left on this flight', { flight });
 */
export function terminal(
  message: string,
  context?: ErrorContext,
  options: { readonly cause?: unknown } = {},
): HoldfastError<'STEP_REFUSED'> {
  return transactionErrors.create('STEP_REFUSED', {
    message,
    ...(context !== undefined && { context }),
    ...options,
  });
}

/**
 * A HoldfastError says it itself: `retryable: 'never'` is terminal, a timeout or an abort unknown, `executed: 'no'` or
 * `retryable: 'safe'` transient. Of the others, what JavaScript throws at wrong code is a bug (a TypeError with a cause is
 * none: that is how `fetch` says that it could not connect), and the rest is unknown: a machine failure compensates
 * nothing before the attempts are used up.
 */
export function classify(thrown: unknown): FailureClass {
  if (isWrongCode(thrown)) return 'bug';
  if (!isHoldfastError(thrown)) return 'unknown';
  const { code, category, retryable, executed } = thrown;
  if (code === 'ASSERTION_FAILED') return 'bug';
  if (category === 'timeout' || category === 'cancelled') return 'unknown';
  // Who wraps what he does not know says nothing by it.
  if (retryable === 'never') return code === 'UNEXPECTED' ? 'unknown' : 'terminal';
  return retryable === 'safe' || executed === 'no' ? 'transient' : 'unknown';
}

/** Whether a failure says for certain that nothing has happened. */
export function surelyNotDone(thrown: unknown): boolean {
  return isHoldfastError(thrown) && thrown.executed === 'no';
}

/** As it stands in a record. */
export function failureText(thrown: unknown): string {
  return JSON.stringify(errorToJson(asHoldfastError(thrown)));
}

export function failureFromText(text: string): HoldfastError {
  return errorFromJson(JSON.parse(text));
}

function isWrongCode(thrown: unknown): boolean {
  if (thrown instanceof TypeError) return thrown.cause === undefined;
  return thrown instanceof ReferenceError || thrown instanceof SyntaxError || thrown instanceof RangeError;
}
