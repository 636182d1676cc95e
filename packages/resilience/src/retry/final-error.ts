import { asHoldfastError, HoldfastError } from '@holdfast/core';
import { wasRetried } from './retried.ts';

/**
 * What a service tells its own caller of `thrown`: the same, but `retryable: 'never'` where a retry policy here has
 * given up on it, so that the retries of the tiers do not multiply. For all that leaves a process:
 * `toProblemDetails(finalError(error))`.
 */
export function finalError(thrown: unknown): HoldfastError {
  const error = asHoldfastError(thrown);
  if (error.retryable === 'never' || !wasRetried(thrown)) return error;
  const { code, severity, category, executed, message, context, origin, causes, retryAfter } = error;
  return new HoldfastError(
    { code, severity, category, retryable: 'never', executed },
    {
      message,
      context,
      origin,
      causes,
      cause: thrown,
      stack: false,
      ...(retryAfter !== undefined && { retryAfter }),
    },
  );
}
