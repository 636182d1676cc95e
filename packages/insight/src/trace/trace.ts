import type { Span } from '../model/span.ts';

/**
 * The spans of one trace as a forest, in columns: row `i` of each is the same span. Rows stand depth first, siblings by
 * start; so a span's first child, if it has one, is the next row, and the sibling of row `i` is row `ends[i]`.
 *
 * Times are microseconds after {@link start}, skew of clocks corrected.
 */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
  /** Row of the parent; -1 for a root and for an orphan. */
  readonly parents: Int32Array;
  readonly depths: Int32Array;
  /** The row after the last descendant. */
  readonly ends: Int32Array;
  readonly starts: Float64Array;
  readonly durations: Float64Array;
  /** 1 where a parent is named but missing, or would make a circle. */
  readonly orphans: Uint8Array;
  /** Microseconds since the Unix epoch. */
  readonly start: number;
  /** Microseconds from the first start to the last end. */
  readonly duration: number;
  /** Spans that came more than once, and were dropped. */
  readonly duplicates: number;
  /** Whose clocks were moved. */
  readonly skews: readonly ClockSkew[];
}

/** How far the clock of one process was moved so that its spans lie within those that called them. */
export interface ClockSkew {
  readonly service: string;
  readonly instance: string | undefined;
  readonly milliseconds: number;
}

/**
 * The span that stands for the whole trace: the first root, or the first orphan where no root has come. -1 for a trace
 * without spans.
 */
export function mainRoot(trace: Trace): number {
  const { ends, orphans } = trace;
  for (let row = 0; row < ends.length; row = ends[row]!) {
    if (orphans[row] === 0) return row;
  }
  return ends.length === 0 ? -1 : 0;
}

/**
 * Whether the caller of `row` goes on without it: a message that is consumed, or whatever begins when its parent has
 * ended. Nobody waits for such a span.
 */
export function isDetached(trace: Trace, row: number): boolean {
  const parent = trace.parents[row]!;
  if (parent < 0) return true;
  if (trace.spans[row]!.kind === 'consumer') return true;
  return trace.starts[row]! >= trace.starts[parent]! + trace.durations[parent]! && trace.durations[row]! > 0;
}
