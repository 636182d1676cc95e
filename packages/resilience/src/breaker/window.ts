/** How many units a failure of weight 1 has: weights are whole units, so that sums of them are exact. */
export const unitsPerFailure = 10_000;

/** What a window holds, or the probes of a half-open breaker. */
export interface Tally {
  readonly calls: number;
  /** Sum of the failures' weights, in units of 1 / {@link unitsPerFailure}. */
  readonly failureUnits: number;
  readonly slowCalls: number;
}

/** The recent calls that a closed breaker decides on. Constant time for each record, constant memory. */
export interface Window extends Tally {
  record(now: number, failureUnits: number, slow: boolean): void;
  /** Drops what is too old at `now`. */
  expire(now: number): void;
  clear(): void;
}

export type WindowSettings =
  | { readonly type: 'count'; readonly size: number }
  | { readonly type: 'time'; readonly duration: number; readonly buckets: number };

export function createWindow(settings: WindowSettings): Window {
  return settings.type === 'count'
    ? new CountWindow(settings.size)
    : new TimeWindow(settings.duration, settings.buckets);
}

export function sameWindow(a: WindowSettings, b: WindowSettings): boolean {
  if (a.type === 'count') return b.type === 'count' && a.size === b.size;
  return b.type === 'time' && a.duration === b.duration && a.buckets === b.buckets;
}

/** The last `size` calls, in a ring. */
class CountWindow implements Window {
  calls = 0;
  failureUnits = 0;
  slowCalls = 0;
  /** For each call twice its failure units, plus one when it was slow. */
  private readonly ring: Uint32Array;
  private position = 0;

  constructor(size: number) {
    this.ring = new Uint32Array(size);
  }

  record(_now: number, failureUnits: number, slow: boolean): void {
    const { ring, position } = this;
    if (this.calls === ring.length) {
      const oldest = ring[position]!;
      this.failureUnits -= oldest >> 1;
      this.slowCalls -= oldest & 1;
    } else {
      this.calls++;
    }
    const slowCalls = slow ? 1 : 0;
    ring[position] = failureUnits * 2 + slowCalls;
    this.failureUnits += failureUnits;
    this.slowCalls += slowCalls;
    this.position = position + 1 === ring.length ? 0 : position + 1;
  }

  expire(): void {}

  clear(): void {
    this.calls = 0;
    this.failureUnits = 0;
    this.slowCalls = 0;
    this.position = 0;
  }
}

class Slice {
  calls = 0;
  failureUnits = 0;
  slowCalls = 0;
}

/** The calls of the last `buckets` slices of time, the current one included. */
class TimeWindow implements Window {
  calls = 0;
  failureUnits = 0;
  slowCalls = 0;
  private readonly sliceLength: number;
  private readonly slices: readonly Slice[];
  /** The number of the newest slice. */
  private newest = 0;

  constructor(duration: number, buckets: number) {
    this.sliceLength = Math.ceil(duration / buckets);
    this.slices = Array.from({ length: buckets }, () => new Slice());
  }

  record(now: number, failureUnits: number, slow: boolean): void {
    this.expire(now);
    const slice = this.slices[this.newest % this.slices.length]!;
    slice.calls++;
    this.calls++;
    slice.failureUnits += failureUnits;
    this.failureUnits += failureUnits;
    if (slow) {
      slice.slowCalls++;
      this.slowCalls++;
    }
  }

  expire(now: number): void {
    const current = Math.floor(now / this.sliceLength);
    if (current <= this.newest) return;
    const stale = Math.min(current - this.newest, this.slices.length);
    for (let number = current - stale + 1; number <= current; number++) {
      this.drop(this.slices[number % this.slices.length]!);
    }
    this.newest = current;
  }

  clear(): void {
    for (const slice of this.slices) this.drop(slice);
  }

  private drop(slice: Slice): void {
    this.calls -= slice.calls;
    this.failureUnits -= slice.failureUnits;
    this.slowCalls -= slice.slowCalls;
    slice.calls = 0;
    slice.failureUnits = 0;
    slice.slowCalls = 0;
  }
}
