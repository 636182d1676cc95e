import { invalidArgument } from '@holdfast/core';
import type { AllowedChoices } from './allowed-choices.ts';

const two32 = 2 ** 32;
const million = 1_000_000;

/** One place where chance decides; made by `Choices.site`. Draws are counted moment by moment, and depend on nothing but the moment and the count. */
export class Site {
  readonly #high: number;
  readonly #low: number;
  readonly #allowed: AllowedChoices | undefined;
  readonly #now: () => number;
  readonly #onTaken: (at: number, ordinal: number) => void;
  /** The moment of the last draw, and what stands for it in the hash. */
  #at = 0;
  #moment = 0;
  /** Draws at that moment. */
  #drawn = 0;
  #asked = 0;
  #askedInAll = 0;

  constructor(
    seed: string,
    name: string,
    allowed: AllowedChoices | undefined,
    now: () => number,
    onTaken: (at: number, ordinal: number) => void,
  ) {
    this.#high = hash(seed, hash(name, 0x243f6a88));
    this.#low = hash(seed, hash(name, 0x85a308d3));
    this.#allowed = allowed;
    this.#now = now;
    this.#onTaken = onTaken;
  }

  /**
   * Whether something improbable happens here now; true in `partsPerMillion` of a million cases. What happens is a
   * choice that a shrinker may take back. A chance of 0 is not counted; where it is not `possible` the question is
   * counted and the answer no, so that what made it impossible does not shift the later ones.
   */
  happens(partsPerMillion: number, possible: boolean = true): boolean {
    if (partsPerMillion <= 0) return false;
    this.#look();
    const ordinal = this.#asked++;
    const count = this.#askedInAll++;
    if (!possible || !this.#decide(partsPerMillion, ordinal, count)) return false;
    this.#onTaken(this.#at, ordinal);
    return true;
  }

  /** An integer in [0, bound), for what merely varies: a latency, a pick among equals. Never shrunk. `bound` <= 2^32. */
  below(bound: number): number {
    if (!(bound >= 1 && bound <= two32)) {
      throw invalidArgument('bound', bound, 'a whole number from 1 to 2^32');
    }
    // A product of 32 bits and at most 32 bits, in two steps of at most 48: exact, and biased by less than 2^-16.
    this.#look();
    const draw = mix(this.#high ^ this.#moment, this.#drawn++);
    const highPart = Math.floor(draw / 65_536) * bound;
    return Math.floor((highPart + Math.floor(((draw % 65_536) * bound) / 65_536)) / 65_536);
  }

  /** An integer in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  #decide(partsPerMillion: number, ordinal: number, count: number): boolean {
    if (this.#allowed !== undefined) return this.#allowed.take(this.#at, ordinal, count);
    return mix(this.#low ^ this.#moment, ordinal) < (partsPerMillion / million) * two32;
  }

  /** Begins to count anew when time has passed. */
  #look(): void {
    const now = this.#now();
    if (now === this.#at) return;
    this.#at = now;
    this.#moment = Math.imul(now, 0x85ebca6b) ^ Math.imul(Math.floor(now / two32), 0xc2b2ae35);
    this.#asked = 0;
    this.#drawn = 0;
  }
}

/** The finalizer of MurmurHash3 (Appleby) twice, over the count in steps of the golden ratio. */
function mix(key: number, count: number): number {
  let word = Math.imul(count + 1, 0x9e3779b9) ^ key;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  word = (word ^ (word >>> 16)) + key;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** FNV-1a (Fowler, Noll, Vo) over UTF-16 code units, begun from `basis`. */
function hash(text: string, basis: number): number {
  let word = basis ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  }
  return word | 0;
}
