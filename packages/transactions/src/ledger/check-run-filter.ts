import { invalidArgument } from '@holdfast/core';
import type { RunFilter, RunStatus } from './run.ts';

const runStatuses: readonly RunStatus[] = ['running', 'stuck', 'ended'];
const limitMax = 1_000;

/** How many runs a page may have. @throws HoldfastError INVALID_ARGUMENT when the filter is none. */
export function checkRunFilter({ limit = 100, status }: RunFilter): number {
  if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= limitMax)) {
    throw invalidArgument('limit', limit, 'a whole number from 1 to 1,000');
  }
  if (status !== undefined && !runStatuses.includes(status)) {
    throw invalidArgument('status', status, "'running', 'stuck' or 'ended'");
  }
  return limit;
}
