import { FlowTotals } from './flow-totals.ts';

/** Flow by equal steps of time, as far back as a horizon. */
export class FlowSlices {
  /** Milliseconds. */
  readonly step: number;
  #slicesMax: number;
  readonly #slices = new Map<number, FlowTotals>();
  #newest = 0;

  constructor({ step, horizon }: { readonly step: number; readonly horizon: number }) {
    this.step = step;
    this.#slicesMax = Math.ceil(horizon / step);
  }

  /** The slice of a moment; undefined for one that is before the horizon. Those that fall behind it are let go. */
  at(millis: number): FlowTotals | undefined {
    const index = Math.floor(millis / this.step);
    const found = this.#slices.get(index);
    if (found !== undefined) return found;
    if (index <= this.#newest - this.#slicesMax) return undefined;
    const slice = new FlowTotals();
    this.#slices.set(index, slice);
    if (index > this.#newest) this.#advance(index);
    return slice;
  }

  /** The slices that begin in the window, the oldest first, each with its beginning. */
  *within(from: number, to: number): Generator<readonly [number, FlowTotals]> {
    const first = Math.ceil(from / this.step);
    const end = Math.ceil(to / this.step);
    for (let index = Math.max(first, this.#newest - this.#slicesMax + 1); index < end; index++) {
      if (index > this.#newest) return;
      const slice = this.#slices.get(index);
      if (slice !== undefined) yield [index * this.step, slice];
    }
  }

  /** The first moment that every slice since is kept for. */
  get since(): number {
    return (this.#newest - this.#slicesMax + 1) * this.step;
  }

  /** Lets go of the oldest until there are no more totals than `totalsMax`. */
  shrinkTo(totalsMax: number): void {
    let totals = 0;
    for (const slice of this.#slices.values()) totals += slice.size;
    while (totals > totalsMax && this.#slicesMax > 1) {
      this.#slicesMax--;
      const oldest = this.#newest - this.#slicesMax;
      totals -= this.#slices.get(oldest)?.size ?? 0;
      this.#slices.delete(oldest);
    }
  }

  #advance(newest: number): void {
    this.#newest = newest;
    for (const index of this.#slices.keys()) {
      if (index <= newest - this.#slicesMax) this.#slices.delete(index);
    }
  }
}
