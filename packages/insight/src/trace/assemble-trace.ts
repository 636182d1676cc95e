import type { Span } from '../model/span.ts';
import { correctClockSkew } from './clock-skew.ts';
import type { Trace } from './trace.ts';

const none = -1;

/**
 * Builds the trace of its spans, which may come in any order, twice, without their parents, or by clocks that differ. Of
 * spans with the same id the longest stays: it is the fullest report. The order of the reports makes no difference.
 */
export function assembleTrace(reported: readonly Span[]): Trace {
  const assembly = traceAssembly(reported);
  for (;;) {
    const { done, value } = assembly.next();
    if (done === true) return value;
  }
}

/** As {@link assembleTrace}, in steps: whoever has others waiting lets them have their turn in between. */
export function* traceAssembly(reported: readonly Span[]): Generator<void, Trace> {
  const { spans, indexes } = withoutDuplicates(reported);
  const length = spans.length;
  yield;
  const first = earliest(spans);
  const starts = new Float64Array(length);
  for (let index = 0; index < length; index++) starts[index] = spans[index]!.start - first;

  const parents = findParents(spans, indexes);
  yield;
  const skews = correctClockSkew(spans, parents, starts);
  yield;
  const order = depthFirst(parents, byStart(spans, starts));

  yield;
  const rowOf = new Int32Array(length);
  for (let row = 0; row < length; row++) rowOf[order[row]!] = row;
  const rows = {
    parents: new Int32Array(length),
    depths: new Int32Array(length),
    ends: new Int32Array(length),
    starts: new Float64Array(length),
    durations: new Float64Array(length),
    orphans: new Uint8Array(length),
  };
  const ordered = new Array<Span>(length);
  for (let row = 0; row < length; row++) {
    const index = order[row]!;
    const span = spans[index]!;
    const parent = parents[index]! === none ? none : rowOf[parents[index]!]!;
    ordered[row] = span;
    rows.parents[row] = parent;
    rows.depths[row] = parent === none ? 0 : rows.depths[parent]! + 1;
    rows.starts[row] = starts[index]!;
    rows.durations[row] = span.duration;
    rows.orphans[row] = parent === none && span.parentId !== undefined ? 1 : 0;
  }
  for (let row = length - 1; row >= 0; row--) {
    if (rows.ends[row] === 0) rows.ends[row] = row + 1;
    const parent = rows.parents[row]!;
    // The last child is met first, and its descendants are its parent's last.
    if (parent !== none && rows.ends[parent] === 0) rows.ends[parent] = rows.ends[row]!;
  }
  const { start, duration } = fromZero(rows.starts, rows.durations);
  return {
    traceId: spans[0]?.traceId ?? '',
    spans: ordered,
    ...rows,
    start: first + start,
    duration,
    duplicates: reported.length - length,
    skews,
  };
}

/** The spans, each once, and where each stands by its id. */
function withoutDuplicates(reported: readonly Span[]): {
  spans: readonly Span[];
  indexes: Map<string, number>;
} {
  const spans: Span[] = [];
  const indexes = new Map<string, number>();
  for (const span of reported) {
    const known = indexes.get(span.spanId);
    if (known === undefined) {
      indexes.set(span.spanId, spans.length);
      spans.push(span);
    } else if (spans[known]!.duration < span.duration) {
      spans[known] = span;
    }
  }
  return { spans, indexes };
}

function earliest(spans: readonly Span[]): number {
  let first = spans[0]?.start ?? 0;
  for (const span of spans) first = Math.min(first, span.start);
  return first;
}

/** The index of each span's parent. A circle of parents is cut at its first span. */
function findParents(spans: readonly Span[], indexes: ReadonlyMap<string, number>): Int32Array {
  const parents = new Int32Array(spans.length).fill(none);
  let lastId: string | undefined;
  let last = none;
  for (let index = 0; index < spans.length; index++) {
    const { parentId } = spans[index]!;
    // Siblings often stand together.
    if (parentId !== lastId) last = parentId === undefined ? none : (indexes.get(parentId) ?? none);
    lastId = parentId;
    parents[index] = last;
  }
  // Which walk came by; 0 for none yet.
  const walks = new Int32Array(spans.length);
  for (let index = 0; index < spans.length; index++) {
    let at = index;
    while (at !== none && walks[at] === 0) {
      walks[at] = index + 1;
      at = parents[at]!;
    }
    if (at !== none && walks[at] === index + 1) cutCircle(at, spans, parents);
  }
  return parents;
}

function cutCircle(member: number, spans: readonly Span[], parents: Int32Array): void {
  let first = member;
  for (let at = parents[member]!; at !== member; at = parents[at]!) {
    if (compare(spans[at]!, spans[first]!) < 0) first = at;
  }
  parents[first] = none;
}

function compare(one: Span, other: Span): number {
  return one.start - other.start || (one.spanId < other.spanId ? -1 : 1);
}

/** The indexes by start. Of spans that start together the longer comes first. */
function byStart(spans: readonly Span[], starts: Float64Array): Int32Array {
  const order = new Int32Array(spans.length);
  let sorted = true;
  const inOrder = (one: number, other: number): number =>
    starts[one]! - starts[other]! ||
    spans[other]!.duration - spans[one]!.duration ||
    compare(spans[one]!, spans[other]!);
  for (let index = 0; index < order.length; index++) {
    order[index] = index;
    if (index > 0 && sorted && inOrder(index - 1, index) > 0) sorted = false;
  }
  return sorted ? order : order.sort(inOrder);
}

/** The indexes depth first, siblings in the sequence given. */
function depthFirst(parents: Int32Array, sequence: Int32Array): Int32Array {
  const length = parents.length;
  const firstChild = new Int32Array(length).fill(none);
  const nextSibling = new Int32Array(length).fill(none);
  let firstRoot = none;
  for (let place = length - 1; place >= 0; place--) {
    const index = sequence[place]!;
    const parent = parents[index]!;
    if (parent === none) {
      nextSibling[index] = firstRoot;
      firstRoot = index;
    } else {
      nextSibling[index] = firstChild[parent]!;
      firstChild[parent] = index;
    }
  }
  const order = new Int32Array(length);
  let at = firstRoot;
  for (let row = 0; row < length; row++) {
    order[row] = at;
    if (firstChild[at] !== none) {
      at = firstChild[at]!;
      continue;
    }
    while (at !== none && nextSibling[at] === none) at = parents[at]!;
    if (at !== none) at = nextSibling[at]!;
  }
  return order;
}

/** Moves all starts so that the first is 0. */
function fromZero(starts: Float64Array, durations: Float64Array): { start: number; duration: number } {
  if (starts.length === 0) return { start: 0, duration: 0 };
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < starts.length; row++) {
    start = Math.min(start, starts[row]!);
    end = Math.max(end, starts[row]! + durations[row]!);
  }
  if (start !== 0) for (let row = 0; row < starts.length; row++) starts[row]! -= start;
  return { start, duration: end - start };
}
