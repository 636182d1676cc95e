/** One call of a run. */
export interface TimedCall<Call> {
  readonly call: Call;
  /** Microseconds after the run's start. */
  readonly start: number;
  readonly end: number;
}

/** Where a call stands among all that an operation calls. */
export interface CallPlace {
  /** From 1 for what comes first; calls of the same place have no order between them. Undefined for what is beyond the limit. */
  readonly place: number | undefined;
  /** Whether it is mostly made while another call is under way, of the same or of others. */
  readonly parallel: boolean;
  /** How often it is made by a run that makes it, on average. */
  readonly times: number;
}

interface SeenCall {
  readonly index: number;
  runs: number;
  times: number;
  /** Runs in which it overlapped another call, or itself. */
  overlaps: number;
  /** Of the first in each run, the sum of their starts. */
  starts: number;
}

/** How often one call ended before another began; negative indexes are never compared. */
interface SeenPair {
  before: number;
  after: number;
  together: number;
}

/** More calls than this of one operation are counted, and have no place. */
const comparedMax = 64;

/**
 * In which order an operation calls others, from many of its runs. One call comes before another if it had ended when the other
 * began in most runs that have both; what a run repeats is compared by its first.
 */
export class CallOrder<Call> {
  readonly #calls: Map<Call, SeenCall> = new Map();
  readonly #pairs: Map<number, SeenPair> = new Map();

  add(run: readonly TimedCall<Call>[]): void {
    const inOrder = [...run].sort((one, other) => one.start - other.start);
    const firsts = new Map<Call, TimedCall<Call>>();
    for (const timed of inOrder) {
      const seen = this.#seen(timed.call);
      seen.times++;
      if (firsts.has(timed.call)) continue;
      firsts.set(timed.call, timed);
      seen.runs++;
      seen.starts += timed.start;
    }
    for (const call of overlapping(inOrder)) this.#seen(call).overlaps++;
    this.#compare([...firsts.values()]);
  }

  places(): ReadonlyMap<Call, CallPlace> {
    const places = new Map<Call, CallPlace>();
    const earlier: { readonly index: number; readonly place: number }[] = [];
    const inOrder = [...this.#calls].sort(
      ([, one], [, other]) => one.starts / one.runs - other.starts / other.runs,
    );
    for (const [call, { index, runs, times, overlaps }] of inOrder) {
      let place: number | undefined;
      if (index < comparedMax) {
        place = 1;
        for (const each of earlier)
          if (this.#precedes(each.index, index)) place = Math.max(place, each.place + 1);
        earlier.push({ index, place });
      }
      places.set(call, { place, parallel: overlaps * 2 > runs, times: times / runs });
    }
    return places;
  }

  #seen(call: Call): SeenCall {
    let seen = this.#calls.get(call);
    if (seen === undefined) {
      seen = { index: this.#calls.size, runs: 0, times: 0, overlaps: 0, starts: 0 };
      this.#calls.set(call, seen);
    }
    return seen;
  }

  /** Calls come by their start: of two, the first is never the later one. */
  #compare(firsts: readonly TimedCall<Call>[]): void {
    const compared = firsts.filter(({ call }) => this.#seen(call).index < comparedMax);
    for (let first = 0; first < compared.length; first++) {
      for (let second = first + 1; second < compared.length; second++) {
        const [one, other] = [compared[first]!, compared[second]!];
        const [a, b] = [this.#seen(one.call).index, this.#seen(other.call).index];
        const pair = this.#pair(a, b);
        if (one.end > other.start) pair.together++;
        else if (a < b) pair.before++;
        else pair.after++;
      }
    }
  }

  #precedes(index: number, later: number): boolean {
    const pair = this.#pairs.get(pairKey(index, later));
    if (pair === undefined) return false;
    const { before, after, together } = pair;
    return index < later ? before > after + together : after > before + together;
  }

  #pair(one: number, other: number): SeenPair {
    const key = pairKey(one, other);
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = { before: 0, after: 0, together: 0 };
      this.#pairs.set(key, pair);
    }
    return pair;
  }
}

function pairKey(one: number, other: number): number {
  return Math.min(one, other) * comparedMax + Math.max(one, other);
}

/** The calls that were under way at the same time as another. `run` is in the order of starts. */
function overlapping<Call>(run: readonly TimedCall<Call>[]): Set<Call> {
  const found = new Set<Call>();
  let longest: TimedCall<Call> | undefined;
  for (const timed of run) {
    // Whatever else is still under way overlaps the longest too.
    if (longest !== undefined && timed.start < longest.end) {
      found.add(timed.call);
      found.add(longest.call);
    }
    if (longest === undefined || timed.end > longest.end) longest = timed;
  }
  return found;
}
