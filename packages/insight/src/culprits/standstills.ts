import type { Filed } from './docket.ts';
import { Intervals } from './intervals.ts';

/** A call waited for its caller, if that one came late to answers for this share of the wait. */
const mostOfIt = 0.5;

/**
 * Puts waits of calls down to who makes them, where that process came late to other answers meanwhile: an event loop that stands
 * still delays what it sends as it delays what it is sent.
 */
export function unlessCallerStoodStill(filed: readonly Filed[]): Filed[] {
  const standstills = new Map<string, Intervals>();
  for (const { charge, within, from, to } of filed) {
    if (charge !== 'late') continue;
    const process = within[0]!;
    const known = standstills.get(process) ?? new Intervals();
    standstills.set(process, known);
    known.add(from, to);
  }
  return filed.map((exhibit) => {
    const { charge, caller, within, from, to } = exhibit;
    if (charge !== 'call-time' || caller === undefined) return exhibit;
    const still = standstills.get(within[0]!)?.covered(from, to) ?? 0;
    if (still <= mostOfIt * (to - from)) return exhibit;
    return { ...exhibit, accused: caller, charge: 'late', caller: undefined, operation: undefined };
  });
}
