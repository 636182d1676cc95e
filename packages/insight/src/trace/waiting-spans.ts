import type { Trace } from './trace.ts';

/** Who waits for others is done with them: so much of its time they were at work. */
const coveredFrom = 0.9;
/** So many siblings before and after are looked at: nobody waits for more. */
const [before, after] = [8, 64];

/**
 * Those children of a span, given by start, that do more than wait for those beside them. A time limit waits that is set for what
 * goes on elsewhere: nothing is below it, and nearly all of its time others were at work that ended within it, one of them at least
 * with somebody below it.
 */
export function withoutWaits(trace: Trace, children: readonly number[]): number[] {
  return children.filter((_, index) => !waits(trace, children, index));
}

function waits(
  { starts, durations, ends, spans }: Trace,
  children: readonly number[],
  index: number,
): boolean {
  const row = children[index]!;
  if (children.length < 2 || ends[row]! > row + 1 || spans[row]!.kind !== 'internal') return false;
  const [from, to] = [starts[row]!, starts[row]! + durations[row]!];
  let [covered, until, leadsOn] = [0, from, false];
  const last = Math.min(children.length, index + after);
  for (let at = Math.max(0, index - before); at < last; at++) {
    const other = children[at]!;
    if (starts[other]! >= to) break;
    const end = starts[other]! + durations[other]!;
    if (other === row || end > to || end <= until || durations[other]! >= durations[row]!) continue;
    covered += end - Math.max(until, starts[other]!);
    until = end;
    leadsOn ||= ends[other]! > other + 1;
  }
  return leadsOn && covered >= coveredFrom * (to - from);
}
