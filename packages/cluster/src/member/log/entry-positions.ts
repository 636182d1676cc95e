/** Which journal records hold which entries, so that compaction knows how far it may go. */
export class EntryPositions {
  /** The first index of each record with entries, and its position; both rise. */
  readonly #indexes: number[] = [];
  readonly #positions: number[] = [];

  /** The record at `position` begins with the entry `index`. */
  add(index: number, position: number): void {
    this.truncateFrom(index);
    this.#indexes.push(index);
    this.#positions.push(position);
  }

  /** Entries from `index` on are void. */
  truncateFrom(index: number): void {
    const indexes = this.#indexes;
    while (indexes.length > 0 && indexes[indexes.length - 1]! >= index) {
      indexes.pop();
      this.#positions.pop();
    }
  }

  clear(): void {
    this.#indexes.length = 0;
    this.#positions.length = 0;
  }

  /** The record to keep from, when entries before `index` may go; undefined when there is none with entries from there. */
  positionOf(index: number): number | undefined {
    const place = this.#placeOf(index);
    return place < 0 ? this.#positions[0] : this.#positions[place];
  }

  /** Records before the one with `index` are gone, or may be. */
  forgetBefore(index: number): void {
    const place = this.#placeOf(index);
    if (place <= 0) return;
    this.#indexes.splice(0, place);
    this.#positions.splice(0, place);
  }

  /** The place of the last record that begins at `index` or before it; -1 when there is none. */
  #placeOf(index: number): number {
    const indexes = this.#indexes;
    let low = 0;
    let high = indexes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (indexes[middle]! <= index) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
