import { crc32c } from '@holdfast/core';
import { viewOf } from './whole-numbers.ts';

/** What stands at the beginning of a segment. */
export interface SegmentHeader {
  /** Which journal it belongs to. */
  readonly identity: number;
  readonly ordinal: number;
  /** Goes into the checksums of its frames: no frame of another segment, nor one inside a record, passes for its own. */
  readonly salt: number;
  /** Bytes of the file. */
  readonly size: number;
}

/** The first frame begins here. */
export const segmentHeaderBytes = 64;
const usedBytes = 28;
const magic = 0x48464a53; // 'HFJS'
const version = 1;

/** `checksum | magic | version | identity | ordinal | salt | size`, each of 32 bits. */
export function encodeSegmentHeader({ identity, ordinal, salt, size }: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(segmentHeaderBytes);
  const view = viewOf(bytes);
  for (const [index, word] of [magic, version, identity, ordinal, salt, size].entries()) {
    view.setUint32(4 + 4 * index, word);
  }
  view.setUint32(0, crc32c(bytes.subarray(4, usedBytes)));
  return bytes;
}

/** Undefined when it is damaged, or of another version. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | undefined {
  if (bytes.length < segmentHeaderBytes) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0) !== crc32c(bytes.subarray(4, usedBytes)) || view.getUint32(4) !== magic)
    return undefined;
  if (view.getUint32(8) !== version) return undefined;
  const [identity, ordinal, salt, size] = [12, 16, 20, 24].map((at) => view.getUint32(at));
  return { identity: identity!, ordinal: ordinal!, salt: salt!, size: size! };
}
