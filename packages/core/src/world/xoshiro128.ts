/**
 * The generator xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM
 * TOMS 2021): 32 bits a draw, period 2^128 - 1. The state is four words, not all zero.
 */
export class Xoshiro128 {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  /** A uniform integer in [0, 2^32). */
  next(): number {
    const b = this.#b;
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#a ^= d;
    this.#b = b ^ c;
    this.#c = c ^ (b << 9);
    this.#d = rotateLeft(d, 11);
    return Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  }
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
