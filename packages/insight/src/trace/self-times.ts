import { isDetached, type Trace } from './trace.ts';

/**
 * Microseconds that each span did not wait for a child: its duration without the stretches that children cover. Children
 * that overlap count once; what lies outside of the span, and what nobody waits for, does not count.
 */
export function selfTimes(trace: Trace): Float64Array {
  const { parents, starts, durations } = trace;
  const length = parents.length;
  const selfs = Float64Array.from(durations);
  // Up to where a span's children have covered it. Rows stand by start among siblings, so one pass will do.
  const covered = Float64Array.from(starts);
  for (let row = 0; row < length; row++) {
    const parent = parents[row]!;
    if (parent < 0 || isDetached(trace, row)) continue;
    const from = Math.max(starts[row]!, covered[parent]!);
    const to = Math.min(starts[row]! + durations[row]!, starts[parent]! + durations[parent]!);
    if (to <= from) continue;
    selfs[parent]! -= to - from;
    covered[parent] = to;
  }
  // Rounding may leave a trace of what is covered entirely.
  for (let row = 0; row < length; row++) if (selfs[row]! < 1e-6) selfs[row] = 0;
  return selfs;
}
