import { isDetached, mainRoot, type Trace } from './trace.ts';
import { withoutWaits } from './waiting-spans.ts';

/**
 * The stretches of time that made a request as long as it was, in order of time and without gaps: in each the span of that
 * row did its own work, or waited for what nobody traced.
 */
export interface CriticalPath {
  /** Rows of the trace. */
  readonly rows: Int32Array;
  /** Microseconds after the trace's start. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** Two children are held for one after the other although they overlap by this share of their parent. */
const overlapAllowance = 0.01;

/**
 * The critical path of what `root` did, walked from its end back: the child that ended last was waited for, before it the
 * one that had ended when it began, and so on. Children that outlast their parent are cut off where it ends; detached ones
 * are not on its path, and neither are those that only wait for their siblings.
 *
 * After CRISP (Zhang et al., USENIX ATC 2022).
 *
 * @param opens whether a span below the root is looked into; one that is not counts as a whole. Default: all are
 */
export function criticalPath(
  trace: Trace,
  root: number = mainRoot(trace),
  opens: (row: number) => boolean = always,
): CriticalPath {
  const walk = new Walk(trace, opens);
  if (root >= 0) walk.run(root);
  return walk.path();
}

/** A span whose children are being walked, and up to where time is still to be explained. */
interface Frame {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  /** The last to end first. */
  readonly children: readonly number[];
  next: number;
  cursor: number;
}

const always = (): boolean => true;

class Walk {
  readonly #trace: Trace;
  readonly #opens: (row: number) => boolean;
  /** From the last to the first. */
  readonly #rows: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #lastRow = -1;
  #lastStart = 0;

  constructor(trace: Trace, opens: (row: number) => boolean) {
    this.#trace = trace;
    this.#opens = opens;
  }

  run(root: number): void {
    const start = this.#trace.starts[root]!;
    // A stack of our own: traces may be deeper than the engine's.
    const stack = [this.#frame(root, start, start + this.#trace.durations[root]!)];
    while (stack.length > 0) {
      const frame = stack.at(-1)!;
      const child = this.#lastBefore(frame);
      if (child === undefined) {
        this.#piece(frame.row, frame.from, frame.cursor);
        stack.pop();
        continue;
      }
      const from = Math.max(this.#trace.starts[child]!, frame.from);
      const to = Math.min(this.#end(child), frame.cursor);
      this.#piece(frame.row, to, frame.cursor);
      frame.cursor = from;
      const hasChildren = this.#trace.ends[child]! > child + 1;
      if (hasChildren && this.#opens(child)) stack.push(this.#frame(child, from, to));
      else this.#piece(child, from, to);
    }
  }

  path(): CriticalPath {
    const length = this.#rows.length;
    const path = {
      rows: new Int32Array(length),
      starts: new Float64Array(length),
      ends: new Float64Array(length),
    };
    for (let piece = 0, last = length - 1; piece < length; piece++, last--) {
      path.rows[piece] = this.#rows[last]!;
      path.starts[piece] = this.#starts[last]!;
      path.ends[piece] = this.#ends[last]!;
    }
    return path;
  }

  #end(row: number): number {
    return this.#trace.starts[row]! + this.#trace.durations[row]!;
  }

  #piece(row: number, from: number, to: number): void {
    if (to <= from) return;
    if (this.#lastRow === row && this.#lastStart === to) {
      this.#starts[this.#starts.length - 1] = from;
    } else {
      this.#rows.push(row);
      this.#starts.push(from);
      this.#ends.push(to);
    }
    this.#lastRow = row;
    this.#lastStart = from;
  }

  #frame(row: number, from: number, to: number): Frame {
    const { ends } = this.#trace;
    const all: number[] = [];
    for (let child = row + 1; child < ends[row]!; child = ends[child]!) {
      if (!isDetached(this.#trace, child)) all.push(child);
    }
    const children = withoutWaits(this.#trace, all);
    // Where two end together the one that began later comes first: it may have waited for the other.
    children.sort((one, other) => this.#end(other) - this.#end(one) || other - one);
    return { row, from, to, children, next: 0, cursor: to };
  }

  /** The child that ended last of those that were over when what is explained began. */
  #lastBefore(frame: Frame): number | undefined {
    const { children, from, to, cursor } = frame;
    const allowance = (to - from) * overlapAllowance;
    while (frame.next < children.length) {
      const child = children[frame.next++]!;
      const end = this.#end(child);
      if (this.#trace.starts[child]! >= cursor || end <= from) continue;
      // Before a child was taken, one that outlasts its parent is waited for until the parent ends.
      if (cursor === to || end - cursor <= allowance) return child;
    }
    return undefined;
  }
}
