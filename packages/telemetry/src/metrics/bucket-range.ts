/** Counts of neighbouring buckets, from the first that is not empty to the last. */
export interface BucketCounts {
  /** The index of the first one. */
  readonly offset: number;
  readonly counts: Float64Array;
}

const none: BucketCounts = { offset: 0, counts: new Float64Array(0) };
const sizeFirst = 8;

/** The same with `2 ** steps` neighbours as one bucket. */
export function coarsened({ counts, offset }: BucketCounts, steps: number): BucketCounts {
  if (counts.length === 0 || steps === 0) return { offset, counts };
  const first = offset >> steps;
  const coarse = new Float64Array(((offset + counts.length - 1) >> steps) - first + 1);
  for (let place = 0; place < counts.length; place += 1) {
    coarse[((offset + place) >> steps) - first]! += counts[place]!;
  }
  return { offset: first, counts: coarse };
}

/** Counts of buckets that have whole numbers for indexes, in memory that reaches from the lowest to the highest, and no farther than it may. */
export class BucketRange {
  readonly #sizeMax: number;
  #counts: Float64Array = new Float64Array(0);
  /** The index of the first bucket that there is memory for. */
  #first = 0;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** Counts one where there is memory for it already. Returns false, and does nothing, where there is none. */
  countNear(index: number): boolean {
    const place = index - this.#first;
    // A place below zero is, as an unsigned number, above all.
    if (place >>> 0 >= this.#counts.length) return false;
    this.#counts[place]! += 1;
    return true;
  }

  /** How many times two buckets have to become one, until there may be one at this index too. */
  shiftFor(index: number): number {
    const { counts, offset } = this.read();
    if (counts.length === 0) return 0;
    let low = Math.min(offset, index);
    let high = Math.max(offset + counts.length - 1, index);
    let shift = 0;
    for (; high - low >= this.#sizeMax; shift += 1) {
      low >>= 1;
      high >>= 1;
    }
    return shift;
  }

  /** @param index - near enough for as many buckets as there may be. */
  add(index: number, count: number): void {
    if (index < this.#first || index >= this.#first + this.#counts.length) this.#reach(index);
    this.#counts[index - this.#first]! += count;
  }

  /** Has `2 ** steps` neighbours become one. */
  coarsen(steps: number): void {
    const { counts, offset } = coarsened(this.read(), steps);
    this.#counts = counts;
    this.#first = offset;
  }

  /** As they are now. */
  read(): BucketCounts {
    const counts = this.#counts;
    let from = 0;
    while (from < counts.length && counts[from] === 0) from += 1;
    if (from === counts.length) return none;
    let to = counts.length;
    while (counts[to - 1] === 0) to -= 1;
    return { offset: this.#first + from, counts: counts.slice(from, to) };
  }

  /** Takes memory for a bucket, and for more on its side. */
  #reach(index: number): void {
    const { counts, offset } = this.read();
    const low = counts.length === 0 ? index : Math.min(offset, index);
    const high = counts.length === 0 ? index : Math.max(offset + counts.length - 1, index);
    const size = Math.min(this.#sizeMax, Math.max(sizeFirst, 2 * (high - low + 1)));
    const first = index === low ? high - size + 1 : low;
    const reached = new Float64Array(size);
    if (counts.length > 0) reached.set(counts, offset - first);
    this.#counts = reached;
    this.#first = first;
  }
}
