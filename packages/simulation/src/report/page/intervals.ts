/** Something that lasts from one event of the trace to another; both are indices. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Finds the intervals that overlap a range without looking at all of them. */
export class Intervals<Item extends Interval> {
  /** By start. */
  readonly items: readonly Item[];
  /** The greatest end among the items up to each one. */
  readonly #reach: Int32Array;

  constructor(items: readonly Item[]) {
    this.items = [...items].sort((one, other) => one.start - other.start);
    this.#reach = new Int32Array(items.length);
    let reach = -1;
    this.items.forEach((item, index) => {
      reach = Math.max(reach, item.end);
      this.#reach[index] = reach;
    });
  }

  /** Those that start at or before `last` and end at or after `first`, by start. */
  overlapping(first: number, last: number): Item[] {
    const found: Item[] = [];
    for (let index = this.#firstReaching(first); index < this.items.length; index++) {
      const item = this.items[index]!;
      if (item.start > last) break;
      if (item.end >= first) found.push(item);
    }
    return found;
  }

  /** Those under way after event `index`: begun at or before it, and not over by then. */
  underWay(index: number): Item[] {
    return this.overlapping(index, index).filter(({ end }) => end > index);
  }

  #firstReaching(position: number): number {
    let low = 0;
    let high = this.#reach.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#reach[middle]! >= position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The index of the last of the ascending `values` that is at most `limit`; -1 when none is. */
export function lastAtMost(values: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
