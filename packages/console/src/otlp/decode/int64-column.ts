/** Where the lower half of a 64-bit integer lies on this machine. */
const lowWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

/** 64-bit integers that are written by their halves: no bigint is made for them. */
export class Int64Column {
  readonly values: BigInt64Array;
  readonly #words: Uint32Array;

  constructor(length: number) {
    this.values = new BigInt64Array(length);
    this.#words = new Uint32Array(this.values.buffer);
  }

  set(row: number, low: number, high: number): void {
    this.#words[2 * row + lowWord] = low;
    this.#words[2 * row + 1 - lowWord] = high;
  }
}
