import { crc32c } from '@holdfast/core';

/** What each end sends first of all, before any frame: the name of the format, and its version. */
export const preface: Uint8Array = Uint8Array.of(0x48, 0x46, 0x43, 0x48, 1); // HFCH

/** A frame's length (u32, little-endian, of its payload), kind (u8), and CRC-32C (u32) of those five bytes and the payload. */
export const headerBytes = 9;

export type FrameKind = (typeof kinds)[keyof typeof kinds];

export const kinds = {
  hello: 1,
  refusal: 2,
  message: 3,
  probe: 4,
  answer: 5,
  goodbye: 6,
} as const;

/** The largest payload of all kinds but messages. */
export const controlBytesMax = 8_192;

/** Writes the header of a frame whose payload is `parts`, `length` bytes together. */
export function writeHeader(
  to: Uint8Array,
  at: number,
  kind: FrameKind,
  parts: readonly Uint8Array[],
  length: number,
): void {
  writeUint32(to, at, length);
  to[at + 4] = kind;
  let checksum = crc32c(to.subarray(at, at + 5));
  for (const part of parts) checksum = crc32c(part, checksum);
  writeUint32(to, at + 5, checksum);
}

/** A whole frame, for the few that are sent alone. */
export function frameOf(kind: FrameKind, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + payload.length);
  writeHeader(frame, 0, kind, [payload], payload.length);
  frame.set(payload, headerBytes);
  return frame;
}

export function writeUint32(to: Uint8Array, at: number, value: number): void {
  to[at] = value;
  to[at + 1] = value >>> 8;
  to[at + 2] = value >>> 16;
  to[at + 3] = value >>> 24;
}

export function readUint32(from: Uint8Array, at: number): number {
  return (from[at]! | (from[at + 1]! << 8) | (from[at + 2]! << 16) | (from[at + 3]! << 24)) >>> 0;
}
