import { isHoldfastError } from '@holdfast/core';
import type { Execution } from '../pipeline/execution.ts';
import { Rejection } from '../pipeline/rejection.ts';

/** Whether the failure in `execution` is that time ran out: its latency is then at least what it has waited. */
export function ranOutOfTime({ error }: Execution): boolean {
  if (error instanceof Rejection) return error.code === 'TIMEOUT';
  if (isHoldfastError(error)) return error.category === 'timeout';
  return error instanceof Error && error.name === 'TimeoutError';
}
