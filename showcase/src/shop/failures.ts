import { isHoldfastError } from '@holdfast/core';
import type { Answer } from './http.ts';

/**
 * The answer to a request whose work threw. A request that makes no sense is the caller's fault; anything else is
 * another service that could not be reached or failed, and 502 says that it is not this one.
 */
export function answerToFailure(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  const callersFault =
    error instanceof SyntaxError || (isHoldfastError(error) && error.category === 'invalid');
  return { status: callersFault ? 400 : 502, body: { error: message } };
}
