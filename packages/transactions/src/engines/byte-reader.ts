/** Reads what a {@link ByteWriter} has written. @throws RangeError when there is less, or no such thing. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('it ends too early');
    return value;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a number is too large');
      if (byte < 0x80) return value;
    }
  }

  /** The next block if all of it is there; else it stays where it is. */
  wholeBlock(): Uint8Array | undefined {
    const begin = this.#at;
    let length = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte !== undefined) length += (byte & 0x7f) * scale;
      if (byte !== undefined && byte >= 0x80) continue;
      if (byte !== undefined && length <= this.#bytes.length - this.#at) return this.raw(length);
      this.#at = begin;
      return undefined;
    }
  }

  /** A view of the bytes, no copy. */
  block(): Uint8Array {
    return this.raw(this.number());
  }

  raw(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('it ends too early');
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  /** The bytes that are left. */
  rest(): Uint8Array {
    return this.raw(this.#bytes.length - this.#at);
  }

  text(): string {
    return decoder.decode(this.block());
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
