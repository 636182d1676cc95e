import type { SpanTree } from './span-tree.ts';

/**
 * When a span was at work itself: its time less that of its children, as pairs of start and end in milliseconds after
 * the trace's start. What a child does after its parent has ended does not count.
 */
export function selfSegments({ starts, durations, ends }: SpanTree, span: number): Float64Array {
  const segments: number[] = [];
  const end = starts[span]! + durations[span]!;
  let covered = starts[span]!;
  // Children are in order of their start.
  for (let child = span + 1; child < ends[span]! && covered < end; child = ends[child]!) {
    const start = starts[child]!;
    if (start > covered) segments.push(covered, Math.min(start, end));
    covered = Math.max(covered, start + durations[child]!);
  }
  if (covered < end) segments.push(covered, end);
  return Float64Array.from(segments);
}
