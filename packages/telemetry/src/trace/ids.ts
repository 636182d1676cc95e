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

  /** 32 hexadecimal digits, not all zero. */
  traceId(randomness: number): string {
    const rest = this.#random.uint32();
    return (
      this.spanId() +
      hexadecimal(
        ((rest & 0xff00_0000) | (randomness >>> 8)) >>> 0,
        ((randomness << 24) | (rest & 0xff_ffff)) >>> 0,
      )
    );
  }

  /** 16 hexadecimal digits, not all zero. */
  spanId(): string {
    const high = this.#random.uint32();
    const low = this.#random.uint32();
    return (high | low) === 0 ? this.spanId() : hexadecimal(high, low);
  }
}

/**
 * The upper 32 of the last 56 bits of a trace's id, which W3C Trace Context (level 2) wants to be random: everybody who chooses
 * by them chooses the same traces.
 */
export function randomnessOf(traceId: string): number {
  return Number.parseInt(traceId.slice(18, 26), 16);
}

function hexadecimal(high: number, low: number): string {
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
