import { invalidArgument } from '../errors/core-errors.ts';
import type { Random } from './random.ts';
import { Xoshiro128 } from './xoshiro128.ts';

const two32 = 2 ** 32;
const two53 = 2 ** 53;

/** Four words that name a stream: its first state, and what the streams forked from it derive from. */
type Root = readonly [number, number, number, number];

/** The root of all seeds: digits of pi, which mean nothing here. */
const origin: Root = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/**
 * A stream that `seed` determines: the same numbers on every platform. A number is the same seed as its decimal
 * text. Made by {@link Xoshiro128}; a seed, like the name of a fork, is hashed into the state, so that
 * neighbouring seeds give unrelated streams. Not for secrets.
 */
export function seededRandom(seed: number | string): Random {
  return new Stream(derive(origin, String(seed)));
}

/** A stream that starts where the platform's cryptographic generator says. Not for secrets either. */
export function unpredictableRandom(): Random {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return new Stream([words[0]!, words[1]!, words[2]!, words[3]!]);
}

class Stream implements Random {
  readonly #root: Root;
  readonly #generator: Xoshiro128;

  constructor(root: Root) {
    const [a, b, c, d] = root;
    this.#root = root;
    this.#generator = new Xoshiro128(a, b, c, (a | b | c | d) === 0 ? 1 : d);
  }

  uint32(): number {
    return this.#generator.next();
  }

  below(bound: number): number {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= two53)) {
      throw invalidArgument('bound', bound, 'a whole number from 1 to 2^53');
    }
    // A draw from the incomplete last run of `bound` numbers is drawn again, so that no number is likelier.
    const range = bound <= two32 ? two32 : two53;
    const fair = range - (range % bound);
    let draw: number;
    do draw = range === two32 ? this.uint32() : this.#uint53();
    while (draw >= fair);
    return draw % bound;
  }

  float(): number {
    return this.#uint53() / two53;
  }

  fork(name: string): Random {
    return new Stream(derive(this.#root, name));
  }

  #uint53(): number {
    return (this.uint32() >>> 11) * two32 + this.uint32();
  }
}

function derive(root: Root, name: string): Root {
  return [hash(name, root[0]), hash(name, root[1]), hash(name, root[2]), hash(name, root[3])];
}

/**
 * FNV-1a (Fowler, Noll, Vo) over the UTF-16 code units of `text`, begun from `basis`, and the finalizer of MurmurHash3
 * (Appleby) over that.
 */
function hash(text: string, basis: number): number {
  let word = basis ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  }
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
