import { crc32c } from '@holdfast/core';
import { getUint48, isZero, setUint48, viewOf } from './whole-numbers.ts';

/**
 * A frame is what one flush makes durable. All numbers are big-endian.
 *
 *      0  checksum of the other 28 bytes of this header, beginning with the segment's salt
 *      4  bytes of the body
 *      8  checksum of body and end
 *     12  number of records
 *     16  position of the first record, 48 bits
 *     22  how many of its sectors are all zeros, 16 bits
 *     24  where in the segment the frame stands
 *     28  epoch of the writer
 *     32  the body: for each record its length, 32 bits, and its bytes
 *         the end: 1 to 32 bytes 0xff, up to a multiple of 32
 *
 * A header never crosses a sector, neither it nor the last sector of a frame is ever all zeros, and no beginning of a
 * frame is a whole one.
 */
export interface FrameHeader {
  readonly bodyBytes: number;
  readonly bodyChecksum: number;
  readonly records: number;
  readonly position: number;
  readonly zeroSectors: number;
  readonly offset: number;
  readonly epoch: number;
}

export const frameHeaderBytes = 32;
/** Frames stand at multiples of it. */
export const frameAlignment = 32;
export const recordHeaderBytes = 4;
/** The smallest piece that disks write whole or not at all. */
const sectorBytes = 512;
const endByte = 0xff;
const zeroSectorsMax = 0xffff;

/** Bytes of a frame with a body of `bodyBytes`. */
export function frameBytes(bodyBytes: number): number {
  return (Math.floor((frameHeaderBytes + bodyBytes) / frameAlignment) + 1) * frameAlignment;
}

export interface FramePlace {
  readonly offset: number;
  readonly position: number;
  readonly salt: number;
  readonly epoch: number;
}

/** Makes a frame of `bytes`, in which the body of that length stands already, and returns the frame's length. */
export function sealFrame(
  bytes: Uint8Array,
  bodyBytes: number,
  records: number,
  { offset, position, salt, epoch }: FramePlace,
): number {
  const length = frameBytes(bodyBytes);
  bytes.fill(endByte, frameHeaderBytes + bodyBytes, length);
  const view = viewOf(bytes);
  view.setUint32(4, bodyBytes);
  view.setUint32(8, crc32c(bytes.subarray(frameHeaderBytes, length)));
  view.setUint32(12, records);
  setUint48(view, 16, position);
  view.setUint16(22, Math.min(zeroSectorsIn(bytes, 0, length, offset), zeroSectorsMax));
  view.setUint32(24, offset);
  view.setUint32(28, epoch);
  view.setUint32(0, crc32c(bytes.subarray(4, frameHeaderBytes), salt));
  return length;
}

/** The frame header at `at`; undefined when there is none, or it is not of this segment. It may be in a wrong place. */
export function decodeFrameHeader(bytes: Uint8Array, at: number, salt: number): FrameHeader | undefined {
  if (at + frameHeaderBytes > bytes.length) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(at) !== crc32c(bytes.subarray(at + 4, at + frameHeaderBytes), salt)) return undefined;
  return {
    bodyBytes: view.getUint32(at + 4),
    bodyChecksum: view.getUint32(at + 8),
    records: view.getUint32(at + 12),
    position: getUint48(view, at + 16),
    zeroSectors: view.getUint16(at + 22),
    offset: view.getUint32(at + 24),
    epoch: view.getUint32(at + 28),
  };
}

/** Whether what follows the header of a frame at `at` is what was written. */
export function isWhole({ bodyBytes, bodyChecksum }: FrameHeader, bytes: Uint8Array, at: number): boolean {
  return crc32c(bytes.subarray(at + frameHeaderBytes, at + frameBytes(bodyBytes))) === bodyChecksum;
}

/**
 * Whether a frame that is not whole was torn: more of its sectors are all zeros than it says, so these never came to the
 * disk; or its last byte is zero, so only a beginning of it was ever written. What the disk had before is zeros, and each
 * sector is either new or as before. Where none of this is so, the frame was written and has changed since.
 */
export function isTorn(
  { zeroSectors, bodyBytes, offset }: FrameHeader,
  bytes: Uint8Array,
  at: number,
): boolean {
  const end = at + frameBytes(bodyBytes);
  return bytes[end - 1] === 0 || zeroSectorsIn(bytes, at, end, offset) > zeroSectors;
}

/** How many sectors of the frame `bytes[from, to)`, which stands at `offset` of its file, are all zeros. */
function zeroSectorsIn(bytes: Uint8Array, from: number, to: number, offset: number): number {
  let zeros = 0;
  let begin = from;
  let end = from + sectorBytes - (offset % sectorBytes);
  for (; begin < to; begin = end, end += sectorBytes) {
    if (bytes[begin] === 0 && isZero(bytes, begin, Math.min(end, to))) zeros++;
  }
  return zeros;
}
