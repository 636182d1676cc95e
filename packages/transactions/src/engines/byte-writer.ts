/** Writes bytes into a buffer that grows. Whole numbers take seven bits a byte, the lowest first (LEB128). */
export class ByteWriter {
  length = 0;
  #bytes: Uint8Array = new Uint8Array(1_024);

  /** What was written. Valid until more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Begins anew. */
  clear(): void {
    this.length = 0;
    if (this.#bytes.length > keptBytesMax) this.#bytes = new Uint8Array(keptBytesMax);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  number(value: number): void {
    this.#reserve(numberBytesMax);
    const bytes = this.#bytes;
    let rest = value;
    let at = this.length;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
    for (; rest >= 128; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    this.length = at;
  }

  /** The length of `value`, then its bytes. */
  block(value: Uint8Array): void {
    this.number(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.length);
    this.length += value.length;
  }

  /** As a block, in UTF-8. */
  text(value: string): void {
    const { length } = value;
    this.#reserve(numberBytesMax + length);
    const begin = this.length;
    this.number(length);
    const bytes = this.#bytes;
    let at = this.length;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        this.length = begin;
        this.block(encoder.encode(value));
        return;
      }
      bytes[at++] = code;
    }
    this.length = at;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

const encoder = new TextEncoder();
/** Of 53 bits. */
const numberBytesMax = 8;
/** A buffer that had to be larger is let go. */
const keptBytesMax = 4 * 1_048_576;
