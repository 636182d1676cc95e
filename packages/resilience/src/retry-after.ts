import { isHoldfastError } from '@holdfast/core';
import { Rejection } from './pipeline/rejection.ts';

/** Microseconds that `error` asks to wait before the next call; 0 when it does not say, or nothing sensible. */
export function retryAfterOf(error: unknown): number {
  if (error instanceof Rejection) return error.retryAfter ?? 0;
  if (!isHoldfastError(error) || error.retryAfter === undefined) return 0;
  const micros = Math.round(error.retryAfter * 1_000);
  return micros > 0 ? micros : 0;
}
