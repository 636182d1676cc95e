const slabBytes = 64 * 1024;
const nothing: Uint8Array = new Uint8Array(0);
const utf8: TextEncoder = new TextEncoder();

/**
 * Writes protobuf's wire format. Messages are written one behind the other into one slab, and are handed out as views of
 * it: no allocation and no copy for each. A message too large for what is left of a slab moves to a buffer that doubles.
 */
export class MessageWriter {
  private bytes: Uint8Array = nothing;
  private start = 0;
  private position = 0;

  /** What was written since the last call. */
  finish(): Uint8Array {
    const { bytes, start, position } = this;
    this.start = position;
    return new Uint8Array(bytes.buffer, start, position - start);
  }

  /** The same without taking it: valid until more is written, and written over after `discard`. */
  get written(): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.start, this.position - this.start);
  }

  /** Forgets what was written since the last `finish`. A buffer that had to grow for it goes too. */
  discard(): void {
    if (this.bytes.length > slabBytes) {
      this.bytes = nothing;
      this.start = 0;
    }
    this.position = this.start;
  }

  /** Forgets what was written since `length` was this. */
  truncate(length: number): void {
    this.position = this.start + length;
  }

  /** Bytes written since the last `finish`. */
  get length(): number {
    return this.position - this.start;
  }

  /** Leaves room for `count` bytes, such as a frame's header, which the caller fills in after `finish`. */
  skip(count: number): void {
    this.reserve(count);
    this.position += count;
  }

  /** A varint of up to 53 bits. */
  varint(value: number): void {
    this.reserve(8);
    const { bytes } = this;
    let { position } = this;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[position++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      bytes[position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[position++] = rest;
    this.position = position;
  }

  /** A 64-bit varint from its halves, each taken modulo 2^32. */
  varint64(low: number, high: number): void {
    this.reserve(10);
    const { bytes } = this;
    let { position } = this;
    let lowRest = low >>> 0;
    let highRest = high >>> 0;
    while (highRest !== 0 || lowRest > 127) {
      bytes[position++] = (lowRest & 0x7f) | 0x80;
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    bytes[position++] = lowRest;
    this.position = position;
  }

  fixed32(value: number): void {
    this.reserve(4);
    const { bytes, position } = this;
    bytes[position] = value;
    bytes[position + 1] = value >>> 8;
    bytes[position + 2] = value >>> 16;
    bytes[position + 3] = value >>> 24;
    this.position = position + 4;
  }

  /** A length and as many bytes. */
  lengthPrefixed(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are, such as a message that is already encoded. */
  raw(value: Uint8Array): void {
    const { length } = value;
    this.reserve(length);
    const { bytes, position } = this;
    // Below this size a call into the engine costs more than the loop.
    if (length < 24) for (let index = 0; index < length; index++) bytes[position + index] = value[index]!;
    else bytes.set(value, position);
    this.position = position + length;
  }

  /** A length and the text in UTF-8. */
  text(value: string): void {
    const { length } = value;
    const guess = lengthBytes(length);
    const opened = this.openLength(guess);
    this.reserve(length * 3);
    const { bytes, position } = this;
    let index = 0;
    if (length < 32) {
      for (; index < length; index++) {
        const unit = value.charCodeAt(index);
        if (unit > 127) break;
        bytes[position + index] = unit;
      }
    }
    this.position =
      index === length
        ? position + length
        : position + utf8.encodeInto(value, bytes.subarray(position, position + length * 3)).written;
    this.closeLength(opened, guess);
  }

  /** Leaves `guess` bytes for the length of what is written next; returns what `closeLength` must be given. */
  openLength(guess: number): number {
    this.reserve(guess);
    this.position += guess;
    return this.position - this.start;
  }

  /** Writes the length of what was written since `openLength`, and moves that if the guess was wrong. Returns the right one. */
  closeLength(opened: number, guess: number): number {
    const length = this.position - this.start - opened;
    const needed = lengthBytes(length);
    // For the move, and so that writing the length does not change the buffer without what follows it.
    this.reserve(8);
    const begin = this.start + opened;
    if (needed !== guess) {
      this.bytes.copyWithin(begin + needed - guess, begin, this.position);
    }
    const end = begin + needed - guess + length;
    this.position = begin - guess;
    this.varint(length);
    this.position = end;
    return needed;
  }

  private reserve(count: number): void {
    if (this.position + count > this.bytes.length) this.grow(count);
  }

  private grow(count: number): void {
    const written = this.position - this.start;
    const larger = new Uint8Array(Math.max(slabBytes, 2 * written, written + count));
    larger.set(this.bytes.subarray(this.start, this.position));
    this.bytes = larger;
    this.start = 0;
    this.position = written;
  }
}

/** How many bytes a varint of up to 31 bits takes. */
function lengthBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  return length < 0x1000_0000 ? 4 : 5;
}
