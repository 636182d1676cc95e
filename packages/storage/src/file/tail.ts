import type { DiskFile } from '@holdfast/core';
import { decodeFrameHeader, frameAlignment, frameBytes, frameHeaderBytes, isTorn, isWhole } from './frame.ts';
import type { SegmentHeader } from './segment-header.ts';
import { isZero } from './whole-numbers.ts';

/** What follows the last whole frame of a segment. */
export type Tail =
  /** What stood there before the segment was used. */
  | { readonly kind: 'zeros' }
  /** A part, up to the byte `end`, of a frame that was being written. Nobody was told of it. */
  | { readonly kind: 'torn'; readonly end: number }
  /** Something that was durable, and is not what it was. */
  | { readonly kind: 'damaged'; readonly what: string };

const pieceBytes = 1_048_576;

/**
 * Tells a frame that a crash tore from one that was durable and is damaged: to cut off the first is right, to cut off the
 * second is to forget what somebody was told is safe. A checksum alone cannot tell them apart; this can:
 *
 * - A segment holds zeros before it is used, and sectors come to the disk whole or not at all. So a frame that was torn
 *   lacks at least one sector, which is all zeros. A frame says how many of its sectors are zeros by themselves.
 *   (etcd's log uses the first half of this rule.)
 * - One frame is under way at a time. So nothing follows a frame that was torn.
 * - A header never crosses a sector. So it is whole, or zeros, or damaged.
 */
export async function judgeTail(
  file: DiskFile,
  { salt, size }: SegmentHeader,
  offset: number,
): Promise<Tail> {
  const end = await endOfNonZero(file, offset, size);
  if (end === offset) return { kind: 'zeros' };
  const found = await file.read(offset, end - offset);
  const header = decodeFrameHeader(found, 0, salt);
  if (header === undefined) {
    if (!isZero(found, 0, Math.min(frameHeaderBytes, found.length)))
      return damaged('the head of a frame is damaged');
    if (holdsFrameHeader(found, salt)) return damaged('a frame is missing before another one');
    return { kind: 'torn', end };
  }
  if (header.offset !== offset) return damaged(`the frame of byte ${header.offset} is in its place`);
  const length = frameBytes(header.bodyBytes);
  if (offset + length > size) return damaged('a frame goes beyond the end of its segment');
  if (offset + length < end) return damaged('a frame is damaged, and something follows it');
  const frame = new Uint8Array(length);
  frame.set(found);
  if (isWhole(header, frame, 0))
    return damaged('a frame has another position than the one before it leads to');
  return isTorn(header, frame, 0) ? { kind: 'torn', end } : damaged('a frame is damaged');
}

/** Where the zeros begin that go on to `size`. */
async function endOfNonZero(file: DiskFile, offset: number, size: number): Promise<number> {
  let end = offset;
  for (let at = offset; at < size; at += pieceBytes) {
    const bytes = await file.read(at, Math.min(pieceBytes, size - at));
    for (let index = bytes.length - 1; index >= 0; index--) {
      if (bytes[index] === 0) continue;
      end = at + index + 1;
      break;
    }
  }
  return end;
}

function holdsFrameHeader(bytes: Uint8Array, salt: number): boolean {
  for (let at = frameAlignment; at < bytes.length; at += frameAlignment) {
    if (decodeFrameHeader(bytes, at, salt) !== undefined) return true;
  }
  return false;
}

function damaged(what: string): Tail {
  return { kind: 'damaged', what };
}
