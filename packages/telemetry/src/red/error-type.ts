import { isHoldfastError } from '@holdfast/core';

/** What systems call their errors, such as `ECONNREFUSED`. */
const systemCode = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * What OpenTelemetry calls `error.type`: the code of a HoldfastError or of a system's error, the name of another error's class,
 * `_OTHER` for what is no error. Never its message, which may hold anything.
 */
export function errorType(error: unknown): string {
  if (isHoldfastError(error)) return error.code;
  if (!(error instanceof Error)) return '_OTHER';
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' && systemCode.test(code)) return code;
  // A name that was put there by hand may hold anything as well.
  const { name } = error.constructor;
  return name === '' ? 'Error' : name;
}
