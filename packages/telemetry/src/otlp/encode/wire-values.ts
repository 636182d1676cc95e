import type { MessageWriter } from '@holdfast/transport/protobuf';

const twoPow32 = 0x1_0000_0000;

/** Where a double is taken apart: cheaper than a bigint. */
const view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(8));
const traceIdBytes: Uint8Array = new Uint8Array(16);
const spanIdBytes: Uint8Array = new Uint8Array(8);
const noBytes: Uint8Array = new Uint8Array(0);

export function writeDouble(writer: MessageWriter, value: number): void {
  view.setFloat64(0, value, true);
  writer.fixed32(view.getUint32(0, true));
  writer.fixed32(view.getUint32(4, true));
}

/** A whole number that a `fixed64` or `sfixed64` holds, up to 53 bits. */
export function writeFixed64(writer: MessageWriter, value: number): void {
  writer.fixed32(value >>> 0);
  writer.fixed32(Math.floor(value / twoPow32));
}

/** A whole number as a varint of 64 bits, in two's complement. */
export function writeInt64(writer: MessageWriter, value: number): void {
  if (value >= 0) writer.varint(value);
  else writer.varint64(value, Math.floor(value / twoPow32));
}

/** Nanoseconds of a time in microseconds, and of what is a while after it. Their sum is more than a number holds. */
export function writeNanos(writer: MessageWriter, micros: number, laterMicros = 0): void {
  const whole = Math.floor(micros);
  const nanos = Math.round((micros - whole) * 1_000) + Math.round(laterMicros * 1_000);
  const low = (whole % twoPow32) * 1_000 + nanos;
  writer.fixed32(low % twoPow32);
  writer.fixed32(Math.floor(whole / twoPow32) * 1_000 + Math.floor(low / twoPow32));
}

/** The same as a decimal text. */
export function nanosText(micros: number, laterMicros = 0): string {
  const whole = Math.floor(micros);
  const nanos = Math.round((micros - whole) * 1_000) + Math.round(laterMicros * 1_000);
  return `${BigInt(whole) * 1_000n + BigInt(nanos)}`;
}

/** The four bytes of a word, the highest first, as ids have them. */
export function writeWord(writer: MessageWriter, word: number): void {
  writer.fixed32((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24));
}

/** The bytes of the id of a trace or span that is given in hexadecimal digits, with their length; of what is none, no bytes. */
export function writeId(writer: MessageWriter, hex: string): void {
  const bytes = hex.length === 32 ? traceIdBytes : hex.length === 16 ? spanIdBytes : noBytes;
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (digit(hex.charCodeAt(2 * index)) << 4) | digit(hex.charCodeAt(2 * index + 1));
  }
  writer.lengthPrefixed(bytes);
}

function digit(code: number): number {
  // Digits stand from 0x30, letters of either case from 0x41 and 0x61.
  return code < 0x3a ? code - 0x30 : (code & 0x0f) + 9;
}
