import { isHoldfastError } from '@holdfast/core';

/** Whether an operation that threw `error` failed. One that its caller gave up did not. */
export function isFailure(error: unknown): boolean {
  return error !== undefined && !(isHoldfastError(error) && error.code === 'ABORTED');
}
