import { assert, crc32c } from '@holdfast/core';
import { readUint32, writeUint32 } from './big-endian.ts';

/**
 * A frame is what one flush of a log makes durable. All numbers are big-endian, of 32 bits:
 *
 *     checksum | length of the rest | generation | position | sequence | { length | bytes } of each record
 *
 * The checksum (CRC-32C) is over all that follows it. Generation and position say where the frame belongs, and the
 * sequence, the number of its first record in that file, what precedes it: a whole frame in the wrong place (a
 * misdirected write, the rest of an older file) does not pass for the right one.
 */
const headerBytes = 20;
const lengthBytes = 4;

/** Where a frame belongs: in the file of this generation, at this byte, after so many records. */
export interface FramePlace {
  readonly generation: number;
  readonly position: number;
  readonly sequence: number;
}

export function encodeFrame(records: readonly Uint8Array[], place: FramePlace): Uint8Array {
  let size = headerBytes;
  for (const { length } of records) size += lengthBytes + length;
  assert(place.position + size < 2 ** 32, 'a log is shorter than 4 GiB');
  const bytes = new Uint8Array(size);
  writeUint32(bytes, 4, size - 8);
  writeUint32(bytes, 8, place.generation);
  writeUint32(bytes, 12, place.position);
  writeUint32(bytes, 16, place.sequence);
  let at = headerBytes;
  for (const record of records) {
    writeUint32(bytes, at, record.length);
    bytes.set(record, at + lengthBytes);
    at += lengthBytes + record.length;
  }
  writeUint32(bytes, 0, crc32c(bytes.subarray(4)));
  return bytes;
}

/** The records of the frame at `place` in `file`, and where it ends; undefined when it is not whole. */
export function decodeFrame(
  file: Uint8Array,
  { generation, position, sequence }: FramePlace,
): { readonly records: readonly Uint8Array[]; readonly end: number } | undefined {
  if (position + headerBytes > file.length) return undefined;
  const end = position + 8 + readUint32(file, position + 4);
  if (end < position + headerBytes || end > file.length) return undefined;
  if (readUint32(file, position) !== crc32c(file.subarray(position + 4, end))) return undefined;
  const belongs =
    readUint32(file, position + 8) === generation &&
    readUint32(file, position + 12) === position &&
    readUint32(file, position + 16) === sequence;
  if (!belongs) return undefined;
  const records: Uint8Array[] = [];
  for (let at = position + headerBytes; at < end; ) {
    const length = readUint32(file, at);
    records.push(file.slice(at + lengthBytes, at + lengthBytes + length));
    at += lengthBytes + length;
  }
  return { records, end };
}
