/** Remembers where some of the frames of a segment stand, so that a read need not begin at the segment's beginning. */
export class SparseIndex {
  readonly #positions: number[] = [];
  readonly #offsets: number[] = [];

  /** Takes note of the frame at `offset` whose first record has `position`, if the one before it is far enough away. */
  add(position: number, offset: number): void {
    const last = this.#offsets.at(-1);
    if (last !== undefined && offset - last < spacing) return;
    this.#positions.push(position);
    this.#offsets.push(offset);
  }

  /** Where a frame stands that begins at or before `position`; undefined when none is known. */
  offsetBefore(position: number): number | undefined {
    let [low, high] = [0, this.#positions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#positions[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return this.#offsets[low - 1];
  }
}

const spacing = 128 * 1_024;
