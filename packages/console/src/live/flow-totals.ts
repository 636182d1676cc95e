import { CallTotals } from './call-totals.ts';

/** More than there can be shapes: a pair of them makes one number. */
const shapesMax = 2 ** 24;

/** The shape that stands for nobody, as the caller of what begins a trace. */
export const nobody = 0;

/**
 * What happened in a stretch of time: spans by their shape, and entries into a service by who called. An entry is a span that
 * begins a trace or whose parent belongs to another service.
 */
export class FlowTotals {
  readonly shapes: Map<number, CallTotals> = new Map();
  /** By the shapes of the caller and of the entry: see {@link callerOf} and {@link entryOf}. */
  readonly pairs: Map<number, CallTotals> = new Map();

  get size(): number {
    return this.shapes.size + this.pairs.size;
  }

  shape(shape: number): CallTotals {
    return totalsAt(this.shapes, shape);
  }

  pair(caller: number, entry: number): CallTotals {
    return totalsAt(this.pairs, caller * shapesMax + entry);
  }

  add(other: FlowTotals): void {
    for (const [shape, totals] of other.shapes) totalsAt(this.shapes, shape).add(totals);
    for (const [pair, totals] of other.pairs) totalsAt(this.pairs, pair).add(totals);
  }
}

export function callerOf(pair: number): number {
  return Math.floor(pair / shapesMax);
}

export function entryOf(pair: number): number {
  return pair % shapesMax;
}

function totalsAt(map: Map<number, CallTotals>, key: number): CallTotals {
  let totals = map.get(key);
  if (totals === undefined) {
    totals = new CallTotals();
    map.set(key, totals);
  }
  return totals;
}
