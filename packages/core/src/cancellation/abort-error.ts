import { coreErrors } from '../errors/core-errors.ts';
import { type HoldfastError, isHoldfastError } from '../errors/error.ts';

/**
 * The error with which `operation` ends when a signal aborts: ABORTED, with the signal's `reason` as its cause.
 * A reason that is an ABORTED error already stays as it is.
 */
export function toAbortError(reason: unknown, operation: string): HoldfastError<'ABORTED'> {
  if (isHoldfastError(reason) && reason.code === 'ABORTED') return reason as HoldfastError<'ABORTED'>;
  return coreErrors.create('ABORTED', {
    message: `${operation} was aborted by its caller: ${describe(reason)}`,
    cause: reason,
    origin: { operation },
  });
}

/** @throws HoldfastError ABORTED when `signal` has aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, operation: string): void {
  if (signal?.aborted === true) throw toAbortError(signal.reason, operation);
}

function describe(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'string' ? reason : `the reason is of type ${typeof reason}`;
}
