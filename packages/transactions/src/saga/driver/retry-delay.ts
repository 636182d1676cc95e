import type { Random } from '@holdfast/core';
import type { Action } from '../definition.ts';
import { failureFromText } from '../failure.ts';
import type { Cell } from '../records/machine.ts';

/** How long a failure may ask to wait, in microseconds. */
const retryAfterMax = 3_600_000_000;

/** Microseconds until the next attempt of what has failed before: by its backoff, or longer where the failure asks for it. */
export function retryDelay({ backoff }: Action, { attempts, failure }: Cell, random: Random): number {
  const previous = attempts === 1 ? 0 : backoff.delayMax(attempts - 1);
  const asked = (failureFromText(failure).retryAfter ?? 0) * 1_000;
  return Math.max(backoff.delay(attempts, previous, random), Math.min(Math.round(asked), retryAfterMax));
}
