import type { HoldfastError } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';

/** The error of a synchronous call through `name` that would have to wait. */
export function asyncRequired(name: string, executed: 'no' | 'maybe'): HoldfastError<'ASYNC_REQUIRED'> {
  return resilienceErrors.create('ASYNC_REQUIRED', {
    message: `${name} cannot answer at once: a policy has to wait or the operation returned a promise; use execute`,
    executed,
  });
}
