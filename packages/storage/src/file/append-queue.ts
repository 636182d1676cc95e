/** Records that are to be appended together, and who waits for that. */
export interface Append {
  readonly records: readonly Uint8Array[];
  /** Bytes that they take in a frame. */
  readonly bodyBytes: number;
  readonly resolve: (position: number) => void;
  readonly reject: (error: Error) => void;
}

/** The appends that are not durable yet, in order. */
export class AppendQueue {
  readonly #appends: (Append | undefined)[] = [];
  #head = 0;
  /** Of all bodies. */
  bodyBytes = 0;

  get length(): number {
    return this.#appends.length - this.#head;
  }

  at(index: number): Append {
    return this.#appends[this.#head + index]!;
  }

  add(append: Append): void {
    this.#appends.push(append);
    this.bodyBytes += append.bodyBytes;
  }

  /** The first `count` are durable, the first record at `position`. */
  settle(count: number, position: number): void {
    let next = position;
    for (let index = 0; index < count; index++) {
      const append = this.#take();
      next += append.records.length;
      append.resolve(next);
    }
  }

  /** None of them is taken. */
  refuse(error: Error): void {
    while (this.length > 0) this.#take().reject(error);
  }

  #take(): Append {
    const append = this.#appends[this.#head]!;
    this.#appends[this.#head++] = undefined;
    this.bodyBytes -= append.bodyBytes;
    if (this.#head === this.#appends.length) {
      this.#appends.length = 0;
      this.#head = 0;
    } else if (this.#head > compactionMin && this.#head * 2 > this.#appends.length) {
      this.#appends.splice(0, this.#head);
      this.#head = 0;
    }
    return append;
  }
}

const compactionMin = 1_024;
