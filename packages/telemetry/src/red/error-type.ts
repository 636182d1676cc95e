import { isHoldfastError } from '@holdfast/core';

/**
 * What OpenTelemetry calls `error.type`: the code of a HoldfastError, the name of another error's class, `_OTHER` for what is
 * no error. Never its message, which may hold anything.
 */
export function errorType(error: unknown): string {
  if (isHoldfastError(error)) return error.code;
  if (!(error instanceof Error)) return '_OTHER';
  // A name that was put there by hand may hold anything as well.
  const { name } = error.constructor;
  return name === '' ? 'Error' : name;
}
