/**
 * Keys from `key` up to `rangeEnd`, as etcd writes a range: an empty end means the one key, `\0` means no end. Keys are
 * latin1 strings, whose order is that of their bytes.
 */
export interface KeyRange {
  readonly key: string;
  readonly rangeEnd: string;
}

/** In place of an end: there is none. */
export const openEnd = '\0';

/**
 * The union of key ranges, kept as sorted ranges with gaps between them, so that a question takes one binary search. A
 * range that is asked for is covered when one of them holds all of it: adjacent grants, from whichever roles, count as
 * one.
 */
export class GrantedRanges {
  readonly #starts: string[] = [];
  /** Exclusive, beside {@link #starts}; undefined for no end, which only the last may have. */
  readonly #ends: (string | undefined)[] = [];

  constructor(ranges: Iterable<KeyRange>) {
    const sorted = Array.from(ranges).sort((a, b) => compare(a.key, b.key));
    for (const range of sorted) this.#add(range.key, exclusiveEnd(range));
  }

  /** Whether all keys of the range are granted. A range that ends before it begins asks for its first key. */
  covers(key: string, rangeEnd: string): boolean {
    const place = this.#lastStartingAtOrBefore(key);
    if (place < 0) return false;
    const end = this.#ends[place];
    if (end === undefined) return true;
    if (key >= end) return false;
    if (rangeEnd === '') return true;
    return rangeEnd !== openEnd && rangeEnd <= end;
  }

  /** Ranges come in the order of their starts. */
  #add(start: string, end: string | undefined): void {
    if (end !== undefined && end <= start) return;
    const last = this.#starts.length - 1;
    const lastEnd = this.#ends[last];
    if (last < 0 || (lastEnd !== undefined && start > lastEnd)) {
      this.#starts.push(start);
      this.#ends.push(end);
    } else if (lastEnd !== undefined && (end === undefined || end > lastEnd)) {
      this.#ends[last] = end;
    }
  }

  #lastStartingAtOrBefore(key: string): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function exclusiveEnd({ key, rangeEnd }: KeyRange): string | undefined {
  if (rangeEnd === '') return `${key}\0`;
  return rangeEnd === openEnd ? undefined : rangeEnd;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
