import { malformedMessage } from './malformed-message.ts';

const utf8: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How deep messages may lie within messages, and groups within groups: protobuf's own default. */
const depthMax = 100;

const twoPow32 = 0x1_0000_0000;

/** Reads protobuf's wire format, and never beyond `end`. */
export class MessageReader {
  position: number;
  /** Where the message that is being read ends. */
  end: number;
  /** The upper half of the varint that `varint64` read last. */
  high = 0;
  private readonly bytes: Uint8Array;
  private depth = 0;

  /** Reads from `position` up to `end`: by default all. */
  constructor(bytes: Uint8Array, position = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** A varint modulo 2^32. */
  varint32(): number {
    if (this.position < this.end) {
      const byte = this.bytes[this.position]!;
      if (byte < 0x80) {
        this.position++;
        return byte;
      }
    }
    return this.varint64();
  }

  /** A varint of up to 64 bits: returns the lower half; the upper one is then in `high`. */
  varint64(): number {
    const { bytes, end } = this;
    let { position } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; position < end; shift += 7) {
      const byte = bytes[position++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 70) high |= bits << (shift - 32);
      else break;
      if (byte < 0x80) {
        this.position = position;
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw malformedMessage(position < end ? 'varint of more than ten bytes' : 'varint cut short', position);
  }

  /** @throws HoldfastError MALFORMED_MESSAGE for a signed 64-bit integer beyond what a number holds exactly. */
  int53(): number {
    if (this.position < this.end) {
      const byte = this.bytes[this.position]!;
      if (byte < 0x80) {
        this.position++;
        return byte;
      }
    }
    const low = this.varint64();
    const value = (this.high | 0) * twoPow32 + low;
    if (!Number.isSafeInteger(value)) throw malformedMessage('integer of more than 53 bits', this.position);
    return value;
  }

  /** The same, but one beyond is the last safe integer in its direction. */
  clampedInt53(): number {
    const low = this.varint64();
    const value = (this.high | 0) * twoPow32 + low;
    return Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  }

  /** As `int53`, for an unsigned one. */
  uint53(): number {
    const low = this.varint64();
    const value = this.high * twoPow32 + low;
    if (!Number.isSafeInteger(value)) throw malformedMessage('integer of more than 53 bits', this.position);
    return value;
  }

  /** Four bytes, little-endian, unsigned. */
  fixed32(): number {
    const { bytes, position } = this;
    this.advance(4);
    const lower = bytes[position]! | (bytes[position + 1]! << 8) | (bytes[position + 2]! << 16);
    return (lower | (bytes[position + 3]! << 24)) >>> 0;
  }

  /** Passes over as many bytes as the length before them says: returns where they begin; they end at `position`. */
  pass(): number {
    const length = this.varint32();
    const from = this.position;
    this.advance(length);
    return from;
  }

  /** A view of as many bytes as the length before them says. */
  lengthPrefixed(): Uint8Array {
    return this.bytes.subarray(this.pass(), this.position);
  }

  /** A reader of as many bytes as the length before them says. */
  part(): MessageReader {
    return new MessageReader(this.bytes, this.pass(), this.position);
  }

  text(): string {
    const length = this.varint32();
    const from = this.position;
    this.advance(length);
    if (length < 24) {
      let text = '';
      for (let index = from; index < this.position; index++) {
        const byte = this.bytes[index]!;
        if (byte > 127) break;
        text += String.fromCharCode(byte);
      }
      if (text.length === length) return text;
    }
    try {
      return utf8.decode(this.bytes.subarray(from, this.position));
    } catch {
      throw malformedMessage('text that is not UTF-8', from);
    }
  }

  /** Enters what the length at hand spans, and returns the end that `leave` must be given. */
  enter(): number {
    const length = this.varint32();
    if (length > this.end - this.position) throw malformedMessage('length beyond the end', this.position);
    if (++this.depth > depthMax)
      throw malformedMessage(`messages nested deeper than ${depthMax}`, this.position);
    const outer = this.end;
    this.end = this.position + length;
    return outer;
  }

  leave(outer: number): void {
    this.depth--;
    this.end = outer;
  }

  /** Passes over the value of a field that nobody knows. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (tag < 8) throw malformedMessage('field number 0', this.position);
    if (wireType === 0) this.varint64();
    else if (wireType === 1) this.advance(8);
    else if (wireType === 2) this.advance(this.varint32());
    else if (wireType === 3) this.skipGroup(tag);
    else if (wireType === 5) this.advance(4);
    else throw malformedMessage(`wire type ${wireType}`, this.position);
  }

  private skipGroup(tag: number): void {
    if (++this.depth > depthMax)
      throw malformedMessage(`groups nested deeper than ${depthMax}`, this.position);
    for (;;) {
      const inner = this.varint32();
      if (inner === tag + 1) break;
      this.skip(inner);
    }
    this.depth--;
  }

  private advance(count: number): void {
    if (count > this.end - this.position) throw malformedMessage('length beyond the end', this.position);
    this.position += count;
  }
}
