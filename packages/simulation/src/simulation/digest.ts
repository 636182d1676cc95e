/**
 * A rolling hash of 64 bits, in two words that multiply and rotate as in MurmurHash3 (Appleby). Not for secrets: it
 * tells runs apart, and equal runs have equal digests on every platform.
 */
export class Digest {
  #high = 0x243f6a88 | 0;
  #low = 0x85a308d3 | 0;

  /** Takes in a whole number up to 2^53. */
  addNumber(value: number): void {
    this.addWords(value | 0, Math.floor(value / 0x1_0000_0000));
  }

  addText(text: string): void {
    for (let index = 0; index < text.length; index++) this.addWords(text.charCodeAt(index), index);
  }

  addWords(first: number, second: number): void {
    const high = Math.imul(this.#high ^ first, 0xcc9e2d51);
    const low = Math.imul(this.#low ^ second, 0x1b873593);
    this.#high = (((high << 15) | (high >>> 17)) + low) | 0;
    this.#low = (((low << 13) | (low >>> 19)) ^ high) | 0;
  }

  /** The hash as 16 hexadecimal digits. */
  toString(): string {
    return hexadecimal(finalize(this.#high ^ this.#low)) + hexadecimal(finalize(this.#low + this.#high));
  }
}

function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function finalize(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
