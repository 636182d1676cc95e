import { type Episode, nextBegin, strikesService } from '../storm/fault.ts';
import type { Timeline } from './timeline.ts';

/**
 * Orders accepted per second, without the episodes that a stack without a store does not meet, each with the time until the next
 * one: stacks are compared by what all of them had to bear.
 */
export function comparedGoodput(plan: readonly Episode[], timeline: Timeline, runMillis: number): number {
  let orders = timeline.acceptances;
  let millis = runMillis;
  for (const [index, { faults }] of plan.entries()) {
    if (faults.every(strikesService)) continue;
    const from = faults[0]!.from;
    const until = nextBegin(plan, index, runMillis);
    orders -= timeline.acceptedBetween(from, until);
    millis -= until - from;
  }
  return orders / (millis / 1_000);
}
