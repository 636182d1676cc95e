/** The numbers of a worker's batches, by which the ledger takes each of them once, however often it is sent. */
export class BatchNumbers {
  #next = 1;
  readonly #open = new Set<number>();

  /** For the next batch, whose fate is open from then on. */
  take(): number {
    const number = this.#next++;
    this.#open.add(number);
    return number;
  }

  settle(number: number): void {
    this.#open.delete(number);
  }

  /** Nobody will ask what became of batches before this one. */
  get oldestOpen(): number {
    return Math.min(this.#next, ...this.#open);
  }
}
