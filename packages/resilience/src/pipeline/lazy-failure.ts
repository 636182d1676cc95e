import { isHoldfastError } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import type { Execution } from './execution.ts';
import type { Failure } from './outcome.ts';

/** A failed outcome whose error is made when somebody reads it: a refusal that is only counted costs none. */
export class LazyFailure<E> implements Failure<E> {
  readonly ok = false;
  private readonly execution: Execution;
  private made: unknown = undefined;

  constructor(execution: Execution) {
    this.execution = execution;
  }

  get error(): E {
    this.made ??= this.execution.operationFailed
      ? operationFailed(this.execution.error, this.execution.attempts)
      : this.execution.failure();
    return this.made as E;
  }
}

/** What the operation threw, as the cause of an error that says the same about retrying. */
function operationFailed(cause: unknown, attempt: number): unknown {
  const inherited = isHoldfastError(cause)
    ? {
        severity: cause.severity,
        retryable: cause.retryable,
        executed: cause.executed,
        ...(cause.retryAfter === undefined ? undefined : { retryAfter: cause.retryAfter }),
      }
    : undefined;
  return resilienceErrors.create('OPERATION_FAILED', {
    message: `the operation failed: ${describe(cause)}`,
    cause,
    origin: { attempt },
    stack: false,
    ...inherited,
  });
}

/** What was thrown, in words. It may be anything, such as an object that cannot be made a string. */
function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const primitive = cause === null || (typeof cause !== 'object' && typeof cause !== 'function');
  return primitive ? String(cause) : `it threw no Error, but a value of type ${typeof cause}`;
}
