import type { TraceView } from '../../api/console-api.ts';

/** A trace as the waterfall walks it: the columns of {@link TraceView}, packed, and where each subtree ends. */
export interface SpanTree {
  readonly view: TraceView;
  readonly count: number;
  /** The span after the last descendant of each span, in the order of the columns. */
  readonly ends: Int32Array;
  readonly parents: Int32Array;
  readonly depths: Int32Array;
  /** The greatest depth there is. */
  readonly deepest: number;
  /** Milliseconds after the trace's start. */
  readonly starts: Float64Array;
  readonly durations: Float64Array;
}

/** Reads the columns once. They are depth first, so a subtree is a run of them, and the next sibling is where it ends. */
export function spanTree(view: TraceView): SpanTree {
  const count = view.spanIds.length;
  const parents = new Int32Array(view.parents);
  const ends = new Int32Array(count);
  for (let span = count - 1; span >= 0; span--) {
    if (ends[span]! <= span) ends[span] = span + 1;
    const parent = parents[span]!;
    if (parent >= 0 && ends[parent]! < ends[span]!) ends[parent] = ends[span]!;
  }
  const depths = new Int32Array(view.depths);
  return {
    view,
    count,
    ends,
    parents,
    depths,
    deepest: depths.reduce((most, depth) => Math.max(most, depth), 0),
    starts: new Float64Array(view.starts),
    durations: new Float64Array(view.durations),
  };
}

/** How many spans are below this one. */
export function descendants({ ends }: SpanTree, span: number): number {
  return ends[span]! - span - 1;
}

/** The spans that this one called, in order of their start. */
export function* children({ ends }: SpanTree, span: number): Generator<number> {
  const end = ends[span]!;
  for (let child = span + 1; child < end; child = ends[child]!) yield child;
}

/** From the root down to the span's parent. */
export function ancestors({ parents }: SpanTree, span: number): number[] {
  const path: number[] = [];
  for (let above = parents[span]!; above >= 0; above = parents[above]!) path.push(above);
  return path.reverse();
}
