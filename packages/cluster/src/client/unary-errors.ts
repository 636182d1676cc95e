import { coordinationErrors } from '@holdfast/coordination';
import { asHoldfastError, coreErrors, type HoldfastError, toAbortError } from '@holdfast/core';
import { clusterErrors } from '../errors.ts';
import type { EndpointPool } from './endpoint-pool.ts';

/** The error of a call that was aborted before it was made: nothing was sent. */
export function neverBegun(reason: unknown, operation: string): HoldfastError<'ABORTED'> {
  const { cause, message, origin } = toAbortError(reason, operation);
  return coreErrors.create('ABORTED', { message, cause, origin, executed: 'no' });
}

export function outOfTime(operation: string): HoldfastError {
  return coordinationErrors.create('REQUEST_TIMED_OUT', {
    message: `${operation} had no answer in time`,
    origin: { operation },
    executed: 'no',
  });
}

export function tooSlow(operation: string): HoldfastError {
  return clusterErrors.create('ENDPOINT_UNAVAILABLE', {
    message: `${operation} had no answer from this endpoint in time`,
    origin: { operation },
  });
}

/**
 * The error for a call that its caller, its deadline or its client has ended.
 *
 * @param sent - whether the attempt under way had been sent.
 * @param doubtful - whether an attempt may have been executed; `doubt` is why an earlier one may.
 */
export function unfinished(
  ended: HoldfastError,
  { lastFailure, size }: Pick<EndpointPool, 'lastFailure' | 'size'>,
  sent: boolean,
  doubtful: boolean,
  doubt: HoldfastError | undefined,
): HoldfastError {
  if (ended.code === 'REQUEST_TIMED_OUT' && !doubtful && !sent && lastFailure !== undefined) {
    return coordinationErrors.create('STORE_UNAVAILABLE', {
      message: `${ended.message}: none of ${size} endpoints served; ${asHoldfastError(lastFailure).message}`,
      cause: lastFailure,
      origin: ended.origin,
    });
  }
  return doubtful ? inDoubt(ended, doubt) : ended;
}

/** The error that ends a call of which an attempt may have been executed: an earlier one where `doubt` says why. */
export function inDoubt(error: HoldfastError, doubt: HoldfastError | undefined): HoldfastError {
  const { code, context, executed, message, origin, retryable } = error;
  if (executed !== 'no' || !isCoordinationCode(code)) return error;
  return coordinationErrors.create(code, {
    message: `${message}; it may have been done: read what is there before you decide`,
    cause: doubt,
    context,
    origin,
    executed: 'maybe',
    retryable: retryable === 'safe' ? 'if-idempotent' : retryable,
  });
}

/** The error of a call that is not repeated, in the words of the contract. */
export function refusedForGood(error: HoldfastError, reads: boolean): HoldfastError {
  if (error.code !== 'ENDPOINT_UNAVAILABLE') return error;
  const { context, message, origin } = error;
  if (reads || error.executed === 'no') {
    return coordinationErrors.create('STORE_UNAVAILABLE', { message, cause: error, context, origin });
  }
  return coordinationErrors.create('OUTCOME_UNKNOWN', {
    message: `${message}; it may have been done: read what is there before you decide`,
    cause: error,
    context,
    origin,
  });
}

function isCoordinationCode(code: string): code is keyof typeof coordinationErrors.definitions {
  return code in coordinationErrors.definitions;
}
