/** Stretches of time, laid together. */
export class Intervals {
  #pairs: [from: number, to: number][] = [];
  #tidy = true;

  add(from: number, to: number): void {
    this.#pairs.push([from, to]);
    this.#tidy = false;
  }

  /** How much of a stretch they cover. */
  covered(from: number, to: number): number {
    this.#merge();
    let low = 0;
    let high = this.#pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pairs[middle]![1] <= from) low = middle + 1;
      else high = middle;
    }
    let covered = 0;
    for (let index = low; index < this.#pairs.length && this.#pairs[index]![0] < to; index++) {
      const [start, end] = this.#pairs[index]!;
      covered += Math.min(end, to) - Math.max(start, from);
    }
    return covered;
  }

  #merge(): void {
    if (this.#tidy) return;
    this.#tidy = true;
    const merged: [number, number][] = [];
    for (const [from, to] of this.#pairs.sort(([one], [other]) => one - other)) {
      const last = merged.at(-1);
      if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    this.#pairs = merged;
  }
}
