import { invalidArgument } from '../errors/core-errors.ts';
import type { Random } from './random.ts';

const two32 = 2 ** 32;
const two53 = 2 ** 53;

/** Four words that identify a stream: its first state, and what the streams forked from it start from. */
type Root = readonly [number, number, number, number];

/** The root of all seeds: digits of pi, standing for nothing else. */
const origin: Root = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/**
 * A stream that `seed` determines: the same numbers on every platform, for ever. Not for secrets.
 *
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021).
 * A seed (a number counts as its decimal text) or a fork's name becomes the state through FNV-1a and the
 * finalizer of MurmurHash3, so that neighbouring seeds give unrelated streams.
 */
export function seededRandom(seed: number | string): Random {
  return new Xoshiro128(derive(origin, String(seed)));
}

/** A stream that nobody can predict, seeded by the platform's cryptographic generator. Not for secrets either. */
export function unpredictableRandom(): Random {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return new Xoshiro128([words[0]!, words[1]!, words[2]!, words[3]!]);
}

class Xoshiro128 implements Random {
  readonly #root: Root;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(root: Root) {
    this.#root = root;
    this.#a = root[0] | 0;
    this.#b = root[1] | 0;
    this.#c = root[2] | 0;
    // The state of all zeros is the one that the generator never leaves.
    this.#d = (root[0] | root[1] | root[2] | root[3]) === 0 ? 1 : root[3] | 0;
  }

  uint32(): number {
    const b = this.#b;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = rotateLeft(d, 11);
    return result >>> 0;
  }

  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= two53)) {
      throw invalidArgument('bound', bound, 'a whole number from 1 to 2^53');
    }
    // Draws from the incomplete last run of `bound` numbers are thrown away, so that none is likelier.
    const range = bound <= two32 ? two32 : two53;
    const fair = range - (range % bound);
    let draw: number;
    do draw = bound <= two32 ? this.uint32() : this.#uint53();
    while (draw >= fair);
    return draw % bound;
  }

  float(): number {
    return this.#uint53() / two53;
  }

  fork(name: string): Random {
    return new Xoshiro128(derive(this.#root, name));
  }

  #uint53(): number {
    return (this.uint32() >>> 11) * two32 + this.uint32();
  }
}

function derive(root: Root, name: string): Root {
  return [hash(name, root[0]), hash(name, root[1]), hash(name, root[2]), hash(name, root[3])];
}

/** FNV-1a over the UTF-16 code units of `text`, begun at `basis`, and MurmurHash3's finalizer over that. */
function hash(text: string, basis: number): number {
  let word = basis ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  }
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
