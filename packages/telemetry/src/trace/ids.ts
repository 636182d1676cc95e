import type { Random } from '@holdfast/core';

/** All texts of three hexadecimal digits: twelve bits at a time. */
const threeDigits: readonly string[] = Array.from({ length: 4_096 }, (_, value) =>
  value.toString(16).padStart(3, '0'),
);

/** Draws ids of traces and spans. */
export class IdSource {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The 32 bits by which a trace is chosen or not, and which its id will hold: see {@link randomnessOf}. */
  randomness(): number {
    return this.#random.uint32();
  }

  /** The four words of a trace's id, not all zero. */
  traceWords(randomness: number): TraceWords {
    const rest = this.word();
    const high = this.word();
    const low = this.wordAfter(high);
    return [high, low, (rest & 0xff00_0000) | (randomness >>> 8), (randomness << 24) | (rest & 0xff_ffff)];
  }

  /** The first of two words of a span's id. Words are signed, since the engine keeps those without a box. */
  word(): number {
    return this.#random.uint32() | 0;
  }

  /** The second one: not both are zero. */
  wordAfter(high: number): number {
    const low = this.word();
    return (high | low) === 0 ? this.wordAfter(high) : low;
  }

  /** 16 hexadecimal digits, not all zero. */
  spanId(): string {
    const high = this.word();
    return hexadecimal(high, this.wordAfter(high));
  }
}

/** 128 bits, the highest first. */
export type TraceWords = readonly [number, number, number, number];

export function traceWordsOf(traceId: string): TraceWords {
  return [wordAt(traceId, 0), wordAt(traceId, 8), wordAt(traceId, 16), wordAt(traceId, 24)];
}

/** The word that eight hexadecimal digits of an id stand for. */
export function wordAt(id: string, digit: number): number {
  return Number.parseInt(id.slice(digit, digit + 8), 16) | 0;
}

/**
 * The upper 32 of the last 56 bits of a trace's id, which W3C Trace Context (level 2) wants to be random: everybody who chooses
 * by them chooses the same traces.
 */
export function randomnessOf(traceId: string): number {
  return Number.parseInt(traceId.slice(18, 26), 16);
}

/** Two words in hexadecimal digits. */
export function hexadecimal(high: number, low: number): string {
  return (
    threeDigits[high >>> 20]! +
    threeDigits[(high >>> 8) & 0xfff]! +
    threeDigits[((high & 0xff) << 4) | (low >>> 28)]! +
    threeDigits[(low >>> 16) & 0xfff]! +
    threeDigits[(low >>> 4) & 0xfff]! +
    digits[low & 0xf]!
  );
}

const digits = '0123456789abcdef';
